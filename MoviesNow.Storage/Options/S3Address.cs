namespace MoviesNow.Storage;

/// <summary>Where the bucket is on the network: scheme and authority, and the path prefix that names the bucket in path style.</summary>
/// <param name="Endpoint">The server's address without the bucket.</param>
/// <param name="Authority">Host and port of a request for an object, as the Host header carries them.</param>
/// <param name="PathPrefix"><c>/bucket/</c> in path style, <c>/</c> otherwise.</param>
internal sealed record S3Address(Uri Endpoint, string Authority, string PathPrefix)
{
    public static S3Address Of(StorageOptions options, string? url)
    {
        var endpoint = new Uri(string.IsNullOrEmpty(url) ? AwsUrl(options.Region) : url);

        // Neither an IP address nor a certificate for *.host can take a bucket with dots in front of it.
        var pathStyle = options.PathStyle
            || endpoint.HostNameType is not UriHostNameType.Dns
            || options.Bucket.Contains('.', StringComparison.Ordinal);
        return pathStyle
            ? new S3Address(endpoint, endpoint.Authority, $"/{options.Bucket}/")
            : new S3Address(endpoint, $"{options.Bucket}.{endpoint.Authority}", "/");
    }

    private static string AwsUrl(string region)
    {
        var partition = region.StartsWith("cn-", StringComparison.Ordinal) ? "amazonaws.com.cn" : "amazonaws.com";
        return $"https://s3.{region}.{partition}";
    }
}
