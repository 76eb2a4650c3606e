using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace MoviesNow.Cli.Transfer;

/// <summary>Why an S3 server refused a request: its status and the code of its error document.</summary>
internal sealed partial record StorageRefusal(HttpStatusCode Status, string Code)
{
    private const int MaxDocument = 4 * 1024;

    /// <summary>The storage asks for less, or has a fault of its own: the same request may pass later.</summary>
    public bool IsTemporary => (int)Status >= 500 || Status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout
        || Code is "SlowDown" or "RequestTimeout" or "ConditionalRequestConflict" or "OperationAborted";

    /// <summary>Other bytes arrived than were sent.</summary>
    public bool IsDamage => Code is "BadDigest" or "InvalidDigest" or "XAmzContentSHA256Mismatch" or "XAmzContentChecksumMismatch" or "IncompleteBody";

    /// <summary>The URL is no longer, or not yet, good.</summary>
    public bool IsDenied => Status is HttpStatusCode.Forbidden;

    /// <summary>The storage does not know the multipart upload.</summary>
    public bool IsUploadGone => Status is HttpStatusCode.NotFound;

    /// <summary>An object is at the key already.</summary>
    public bool IsPresent => Status is HttpStatusCode.PreconditionFailed;

    /// <summary>Reads a refusal. The document's other contents name buckets and keys, and are not told.</summary>
    public static async Task<StorageRefusal> OfAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var start = new byte[MaxDocument];
        await using var document = await response.Content.ReadAsStreamAsync(cancellationToken);
        var length = await document.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        var code = CodeElement().Match(Encoding.UTF8.GetString(start, 0, length));
        return new StorageRefusal(response.StatusCode, code.Success ? code.Groups["code"].Value : $"{response.StatusCode}");
    }

    /// <summary>The refusal in words, such as <c>403 AccessDenied</c>.</summary>
    public override string ToString() => $"{(int)Status} {Code}";

    [GeneratedRegex("<Code>(?<code>[A-Za-z0-9.]{1,64})</Code>", RegexOptions.NonBacktracking)]
    private static partial Regex CodeElement();
}

/// <summary>The storage refused to take or to give an object.</summary>
internal sealed class StorageRefusedException(string what, StorageRefusal refusal) : CommandException($"The storage refused the {what}: {refusal}.")
{
    public StorageRefusal Refusal => refusal;
}
