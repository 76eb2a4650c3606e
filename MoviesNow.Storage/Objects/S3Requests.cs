using System.Globalization;
using Amazon.S3;
using Amazon.S3.Model;

namespace MoviesNow.Storage;

/// <summary>Words our requests in AWSSDK's types, with what the server is able to understand.</summary>
internal sealed class S3Requests(StorageOptions options)
{
    private const string Any = "*";

    public StorageCapabilities Capabilities { get; } = StorageCapabilities.Of(options);

    public GetObjectMetadataRequest Head(StorageKey key) => new()
    {
        BucketName = options.Bucket,
        Key = key.Value,
        ChecksumMode = Capabilities.Checksums ? ChecksumMode.ENABLED : null,
    };

    public GetObjectRequest Get(StorageKey key, ByteRange? range, string? ifETag) => new()
    {
        BucketName = options.Bucket,
        Key = key.Value,
        ByteRange = range is null ? null : new Amazon.S3.Model.ByteRange(Header(range)),
        EtagToMatch = ifETag is null ? null : $"\"{ifETag}\"",
    };

    public DeleteObjectRequest Delete(StorageKey key, string? ifETag) => new()
    {
        BucketName = options.Bucket,
        Key = key.Value,
        IfMatch = ifETag is null ? null : $"\"{ifETag}\"",
    };

    public PutObjectRequest Put(StorageKey key, ExactContentStream content, Sha256Digest? sha256, ObjectHeaders headers)
    {
        var (method, keyId) = Encryption(headers.Encryption);
        var request = new PutObjectRequest
        {
            BucketName = options.Bucket,
            Key = key.Value,
            // Not every server understands chunks of nothing.
            InputStream = content.Length == 0 ? Stream.Null : content,
            UseChunkEncoding = content.Length > 0,
            AutoCloseStream = false,
            AutoResetStreamPosition = false,
            ContentType = headers.ContentType,
            IfNoneMatch = Capabilities.ConditionalPut ? Any : null,
            ChecksumSHA256 = Capabilities.Checksums ? sha256?.Base64 : null,
            ServerSideEncryptionMethod = method,
            ServerSideEncryptionKeyManagementServiceKeyId = keyId,
        };
        request.Headers.ContentLength = content.Length;
        if (headers.CacheControl is not null)
            request.Headers.CacheControl = headers.CacheControl;
        foreach (var (name, value) in headers.Metadata)
            request.Metadata.Add(name, value);
        return request;
    }

    public InitiateMultipartUploadRequest Create(StorageKey key, ObjectHeaders headers)
    {
        var (method, keyId) = Encryption(headers.Encryption);
        var request = new InitiateMultipartUploadRequest
        {
            BucketName = options.Bucket,
            Key = key.Value,
            ContentType = headers.ContentType,
            ChecksumAlgorithm = headers.PartSha256 && Capabilities.Checksums ? ChecksumAlgorithm.SHA256 : null,
            ServerSideEncryptionMethod = method,
            ServerSideEncryptionKeyManagementServiceKeyId = keyId,
        };
        if (headers.CacheControl is not null)
            request.Headers.CacheControl = headers.CacheControl;
        foreach (var (name, value) in headers.Metadata)
            request.Metadata.Add(name, value);
        return request;
    }

    public CompleteMultipartUploadRequest Complete(StorageKey key, string uploadId, IEnumerable<CompletedPart> parts) => new()
    {
        BucketName = options.Bucket,
        Key = key.Value,
        UploadId = uploadId,
        IfNoneMatch = Capabilities.ConditionalComplete ? Any : null,
        PartETags = [.. parts.Select(part => new PartETag(part.Number, part.ETag.Trim('"'))
        {
            ChecksumSHA256 = Capabilities.Checksums ? part.Sha256?.Base64 : null,
        })],
    };

    private static string Header(ByteRange range) => range.Last is { } last
        ? string.Create(CultureInfo.InvariantCulture, $"bytes={range.First}-{last}")
        : string.Create(CultureInfo.InvariantCulture, $"bytes={range.First}-");

    private (ServerSideEncryptionMethod? Method, string? KeyId) Encryption(Encryption? asked)
    {
        var encryption = asked ?? options.Encryption.ToEncryption();
        return encryption.Mode switch
        {
            EncryptionMode.Managed => (ServerSideEncryptionMethod.AES256, null),
            EncryptionMode.Kms => (ServerSideEncryptionMethod.AWSKMS, encryption.KmsKeyId),
            _ => (null, null),
        };
    }
}
