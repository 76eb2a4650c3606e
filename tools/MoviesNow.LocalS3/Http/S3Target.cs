namespace MoviesNow.LocalS3.Http;

/// <summary>
/// What a request addresses. The path is taken as it was sent, decoded once and never normalised: <c>..</c>, <c>//</c> and
/// a trailing slash are parts of a key like any other.
/// </summary>
/// <param name="Path">The decoded path, which the signature covers.</param>
/// <param name="Bucket">Null for the service itself.</param>
/// <param name="Key">Null for the bucket itself.</param>
/// <param name="Query">The decoded query.</param>
internal sealed record S3Target(string Path, string? Bucket, string? Key, QueryParameters Query)
{
    /// <param name="rawTarget">The request target of the request line.</param>
    /// <param name="host">The Host header without its port.</param>
    /// <param name="domain">The base domain of virtual-host addresses, if any.</param>
    /// <returns>The target, or null when it cannot be decoded.</returns>
    public static S3Target? Parse(string rawTarget, string host, string? domain)
    {
        var target = StripAuthority(rawTarget);
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var path = UriCodec.Decode(question < 0 ? target : target[..question], plusIsSpace: false);
        var query = question < 0 ? QueryParameters.Empty : QueryParameters.Parse(target[(question + 1)..]);
        if (path is null || query is null || !path.StartsWith('/'))
            return null;

        var rest = path[1..];
        var suffix = "." + domain;
        if (domain is not null && host.Length > suffix.Length && host.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
            return new S3Target(path, host[..^suffix.Length].ToLowerInvariant(), NullIfEmpty(rest), query);

        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        return slash < 0
            ? new S3Target(path, NullIfEmpty(rest), null, query)
            : new S3Target(path, rest[..slash], NullIfEmpty(rest[(slash + 1)..]), query);
    }

    private static string StripAuthority(string target)
    {
        var scheme = target.IndexOf("://", StringComparison.Ordinal);
        if (target.StartsWith('/') || scheme < 0)
            return target;
        var path = target.IndexOf('/', scheme + 3);
        return path < 0 ? "/" : target[path..];
    }

    private static string? NullIfEmpty(string value) => value.Length == 0 ? null : value;
}
