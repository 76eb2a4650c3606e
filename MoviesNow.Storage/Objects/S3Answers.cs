using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace MoviesNow.Storage;

/// <summary>Reads S3's answers: which refusals are expected, and what its headers mean in our terms.</summary>
internal static class S3Answers
{
    /// <summary>No such object or upload. A missing bucket is something else where the answer tells; to HEAD it does not.</summary>
    public static bool IsAbsent(this AmazonS3Exception e) =>
        e.StatusCode is HttpStatusCode.NotFound && e.ErrorCode is not "NoSuchBucket";

    /// <summary>A condition that we sent does not hold.</summary>
    public static bool IsPreconditionFailed(this AmazonS3Exception e) => e.StatusCode is HttpStatusCode.PreconditionFailed;

    /// <summary>Another request is writing the same key under the same condition.</summary>
    public static bool IsConflict(this AmazonS3Exception e) =>
        e.StatusCode is HttpStatusCode.Conflict && e.ErrorCode is "ConditionalRequestConflict" or "OperationAborted";

    public static string ETag(string? quoted) => quoted?.Trim('"') ?? "";

    public static DateTimeOffset Utc(DateTime? time) =>
        time is { } known ? new DateTimeOffset(known.ToUniversalTime(), TimeSpan.Zero) : DateTimeOffset.UnixEpoch;

    public static Sha256Digest? Sha256(string? base64) => Sha256Digest.TryParseBase64(base64, out var digest) ? digest : null;

    /// <summary>The key of a listing, if it is one that we could have written: normalising would name another object.</summary>
    public static StorageKey? Key(string raw) => StorageKey.TryParse(raw, out var key) && key.Value == raw ? key : null;

    public static StoredObject Stored(StorageKey key, GetObjectMetadataResponse head) => new(
        key,
        head.ContentLength,
        ETag(head.ETag),
        head.Headers.ContentType,
        head.Headers.CacheControl,
        Sha256(head.ChecksumSHA256),
        Encrypted(head),
        head.Metadata.Keys.ToDictionary(static name => name.Replace("x-amz-meta-", "", StringComparison.Ordinal), name => head.Metadata[name], StringComparer.Ordinal),
        Utc(head.LastModified))
    {
        ContentEncoding = WithoutFraming(head.ContentEncoding),
        ContentLanguage = NullIfEmpty(head.ContentLanguage),
        ContentDisposition = NullIfEmpty(head.ContentDisposition),
        Expires = NullIfEmpty(head.ExpiresString),
        WebsiteRedirect = NullIfEmpty(head.WebsiteRedirectLocation),
    };

    private static string? NullIfEmpty(string? value) => string.IsNullOrEmpty(value) ? null : value;

    private static string? WithoutFraming(string? encoding) => NullIfEmpty(string.Join(
        ", ",
        (encoding ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(static one => !one.Equals("aws-chunked", StringComparison.OrdinalIgnoreCase))));

    private static Encryption Encrypted(GetObjectMetadataResponse head) => head.ServerSideEncryptionMethod?.Value switch
    {
        "AES256" => Encryption.Managed,
        "aws:kms" => Encryption.Kms(head.ServerSideEncryptionKeyManagementServiceKeyId),
        _ => Encryption.None,
    };
}
