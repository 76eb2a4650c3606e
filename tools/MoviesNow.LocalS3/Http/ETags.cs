namespace MoviesNow.LocalS3.Http;

/// <summary>ETags travel in quotes and are kept without.</summary>
internal static class ETags
{
    public static string Quote(string etag) => $"\"{etag}\"";

    public static string? Unquote(string? etag) => etag is ['"', .., '"'] and { Length: > 1 } ? etag[1..^1] : etag;
}
