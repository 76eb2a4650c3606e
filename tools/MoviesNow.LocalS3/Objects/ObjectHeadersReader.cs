using System.Text;
using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Storage;

namespace MoviesNow.LocalS3.Objects;

/// <summary>Reads what a write says of its object, and refuses what this endpoint cannot honour instead of ignoring it.</summary>
internal static class ObjectHeadersReader
{
    public const string MetadataPrefix = "x-amz-meta-";
    private const int MaxMetadataBytes = 2048;

    /// <exception cref="S3Exception">A header is malformed or asks for something that is not there.</exception>
    public static ObjectHeaders Read(S3Request request)
    {
        RefuseUnsupported(request);
        return new ObjectHeaders
        {
            ContentType = request.Header("Content-Type"),
            CacheControl = request.Header("Cache-Control"),
            ContentDisposition = request.Header("Content-Disposition"),
            ContentEncoding = WithoutFraming(request.Header("Content-Encoding")),
            ContentLanguage = request.Header("Content-Language"),
            Expires = request.Header("Expires"),
            WebsiteRedirect = request.Header("x-amz-website-redirect-location"),
            UserMetadata = UserMetadata(request),
            Encryption = EncryptionHeaders.Read(request),
        };
    }

    private static Dictionary<string, string> UserMetadata(S3Request request)
    {
        var metadata = request.Headers
            .Where(h => h.Key.StartsWith(MetadataPrefix, StringComparison.OrdinalIgnoreCase))
            .ToDictionary(h => h.Key[MetadataPrefix.Length..].ToLowerInvariant(), h => string.Join(',', h.Value.ToArray()), StringComparer.Ordinal);
        var size = metadata.Sum(pair => Encoding.UTF8.GetByteCount(pair.Key) + Encoding.UTF8.GetByteCount(pair.Value));
        return size <= MaxMetadataBytes ? metadata : throw S3Errors.MetadataTooLarge.Throw();
    }

    // aws-chunked frames the request; it is no property of the object.
    private static string? WithoutFraming(string? encoding)
    {
        var rest = (encoding ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(e => !e.Equals("aws-chunked", StringComparison.OrdinalIgnoreCase));
        var joined = string.Join(", ", rest);
        return joined.Length == 0 ? null : joined;
    }

    private static void RefuseUnsupported(S3Request request)
    {
        if (request.Header("x-amz-acl") is not (null or "private" or "bucket-owner-full-control")
            || request.Headers.Keys.Any(name => name.StartsWith("x-amz-grant-", StringComparison.OrdinalIgnoreCase)))
            throw S3Errors.AclNotSupported.Throw();
        if (request.Header("x-amz-storage-class") is not (null or "STANDARD"))
            throw new S3Error("InvalidStorageClass", 400, "Only the storage class STANDARD is there.").Throw();
        if (request.Headers.Keys.Any(name => name.StartsWith("x-amz-object-lock-", StringComparison.OrdinalIgnoreCase)))
            throw S3Errors.NoObjectLock.Throw();
    }
}
