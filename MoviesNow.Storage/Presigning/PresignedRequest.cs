namespace MoviesNow.Storage;

/// <summary>A request that whoever holds it may send to storage until it expires. It is a secret: never log, trace or cache it.</summary>
/// <param name="Url">The address, its signature included.</param>
/// <param name="Method"><c>GET</c> or <c>PUT</c>.</param>
/// <param name="Headers">The headers to send exactly so, with names in lower case and in order; any other value makes storage refuse the request.</param>
/// <param name="ExpiresAt">When storage stops accepting the request.</param>
public sealed record PresignedRequest(
    string Url,
    string Method,
    IReadOnlyList<KeyValuePair<string, string>> Headers,
    DateTimeOffset ExpiresAt)
{
    /// <summary>Says what it is without the URL, so that printing it by mistake leaks nothing.</summary>
    public override string ToString() => $"{Method} until {ExpiresAt:O}";
}
