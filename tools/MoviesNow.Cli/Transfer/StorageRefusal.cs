using System.Text;
using System.Text.RegularExpressions;

namespace MoviesNow.Cli.Transfer;

/// <summary>Why an S3 server refused a request: its status and the code of its error document, such as <c>403 AccessDenied</c>.</summary>
internal static partial class StorageRefusal
{
    private const int MaxDocument = 4 * 1024;

    /// <summary>The refusal in words. The document's other contents name buckets and keys, and are not told.</summary>
    public static async Task<string> OfAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var start = new byte[MaxDocument];
        await using var document = await response.Content.ReadAsStreamAsync(cancellationToken);
        var length = await document.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        var code = Code().Match(Encoding.UTF8.GetString(start, 0, length));
        return $"{(int)response.StatusCode} {(code.Success ? code.Groups["code"].Value : response.StatusCode)}";
    }

    [GeneratedRegex("<Code>(?<code>[A-Za-z0-9.]{1,64})</Code>", RegexOptions.NonBacktracking)]
    private static partial Regex Code();
}
