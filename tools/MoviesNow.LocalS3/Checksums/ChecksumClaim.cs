using MoviesNow.LocalS3.Errors;

namespace MoviesNow.LocalS3.Checksums;

/// <summary>The checksum that a request says its body has: in a header, or announced to follow the body.</summary>
/// <param name="Algorithm">How it is calculated.</param>
/// <param name="Value">Base64; null when it comes in the trailer.</param>
internal sealed record ChecksumClaim(ChecksumAlgorithm Algorithm, string? Value)
{
    /// <summary>Headers under the checksum prefix that are not values.</summary>
    private static readonly string[] NotValues = ["x-amz-checksum-mode", "x-amz-checksum-algorithm", "x-amz-checksum-type"];

    /// <exception cref="S3Exception">More than one value, an unknown algorithm, or one that contradicts <c>x-amz-sdk-checksum-algorithm</c>.</exception>
    public static ChecksumClaim? From(IHeaderDictionary headers)
    {
        var claims = new List<ChecksumClaim>();
        foreach (var (name, value) in headers)
        {
            if (IsValueHeader(name))
                claims.Add(new ChecksumClaim(FromHeader(name), value.ToString()));
        }

        claims.AddRange(Trailers(headers).Where(IsValueHeader).Select(name => new ChecksumClaim(FromHeader(name), null)));
        if (claims.Count > 1)
            throw S3Errors.InvalidRequest("Expecting a single x-amz-checksum- header.").Throw();
        var claim = claims.SingleOrDefault();
        if (claim?.Value is { } text && !claim.Algorithm.IsValue(text))
            throw S3Errors.BadDigest(claim.Algorithm.Header()).Throw();

        var announced = headers["x-amz-sdk-checksum-algorithm"].ToString();
        if (announced.Length > 0 && (ChecksumAlgorithms.Parse(announced) is not { } algorithm || (claim is not null && claim.Algorithm != algorithm)))
            throw S3Errors.InvalidRequest("Value for x-amz-sdk-checksum-algorithm header is invalid.").Throw();
        return claim;
    }

    /// <summary>The names that <c>x-amz-trailer</c> announces, in lower case.</summary>
    public static IReadOnlySet<string> Trailers(IHeaderDictionary headers) => headers["x-amz-trailer"].ToString()
        .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(name => name.ToLowerInvariant())
        .ToHashSet(StringComparer.Ordinal);

    private static bool IsValueHeader(string name) =>
        name.StartsWith(ChecksumAlgorithms.HeaderPrefix, StringComparison.OrdinalIgnoreCase)
        && !NotValues.Contains(name, StringComparer.OrdinalIgnoreCase);

    private static ChecksumAlgorithm FromHeader(string name) => ChecksumAlgorithms.Parse(name[ChecksumAlgorithms.HeaderPrefix.Length..])
        ?? throw S3Errors.InvalidRequest($"The checksum algorithm of {name.ToLowerInvariant()} is not supported.").Throw();
}
