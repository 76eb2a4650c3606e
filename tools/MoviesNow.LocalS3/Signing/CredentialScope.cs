namespace MoviesNow.LocalS3.Signing;

/// <summary>The credential of a signature: <c>access-key/yyyyMMdd/region/service/aws4_request</c>.</summary>
internal sealed record CredentialScope(string AccessKey, string Date, string Region, string Service)
{
    public const string Terminator = "aws4_request";

    /// <summary>The scope as it appears in a string to sign.</summary>
    public string Scope => $"{Date}/{Region}/{Service}/{Terminator}";

    public static CredentialScope? Parse(string text)
    {
        var parts = text.Split('/');
        return parts.Length == 5 && parts[4] == Terminator && parts[0].Length > 0 && parts[1].Length == 8
            ? new CredentialScope(parts[0], parts[1], parts[2], parts[3])
            : null;
    }
}
