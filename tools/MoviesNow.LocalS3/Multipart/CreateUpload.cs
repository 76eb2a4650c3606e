using MoviesNow.LocalS3.Checksums;
using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Objects;
using MoviesNow.LocalS3.Storage;
using MoviesNow.LocalS3.Tagging;
using MoviesNow.LocalS3.Xml;

namespace MoviesNow.LocalS3.Multipart;

/// <summary>Begins a multipart upload.</summary>
internal sealed class CreateUpload(BucketStore buckets, ObjectWriter writer) : IOperation
{
    public Task ExecuteAsync(S3Request request)
    {
        var bucket = buckets.Get(request.BucketName);
        KeyRules.Check(request.Key);
        var (algorithm, type) = ChecksumOf(request.Header("x-amz-checksum-algorithm"), request.Header("x-amz-checksum-type"));
        var now = writer.Now();
        var record = new UploadRecord
        {
            Id = bucket.Uploads.NewId(now),
            Key = request.Key,
            Initiated = now,
            Headers = ObjectHeadersReader.Read(request),
            Tags = TagSet.FromHeader(request.Header("x-amz-tagging")),
            Algorithm = algorithm ?? ObjectWriter.DefaultChecksum,
            ChecksumType = type,
            ChecksumAsked = algorithm is not null,
        };
        bucket.Uploads.Begin(record);

        EncryptionHeaders.Write(request.Response, record.Headers);
        if (record.ChecksumAsked)
        {
            request.Response.Headers["x-amz-checksum-algorithm"] = record.Algorithm.Name();
            request.Response.Headers["x-amz-checksum-type"] = record.ChecksumType.Name();
        }

        return XmlResponse.WriteAsync(request.Http, "InitiateMultipartUploadResult", xml =>
        {
            xml.Element("Bucket", bucket.Name);
            xml.Element("Key", record.Key);
            xml.Element("UploadId", record.Id);
        });
    }

    /// <exception cref="S3Exception">InvalidRequest: an unknown algorithm, or a type that it does not have.</exception>
    internal static (ChecksumAlgorithm? Algorithm, ChecksumType Type) ChecksumOf(string? algorithmName, string? typeName)
    {
        ChecksumAlgorithm? algorithm = algorithmName is null
            ? null
            : ChecksumAlgorithms.Parse(algorithmName)
                ?? throw S3Errors.InvalidRequest("Checksum algorithm provided is unsupported: use CRC32, CRC32C, CRC64NVME, SHA1 or SHA256.").Throw();
        ChecksumType? type = typeName switch
        {
            null => null,
            "COMPOSITE" => ChecksumType.Composite,
            "FULL_OBJECT" => ChecksumType.FullObject,
            _ => throw S3Errors.InvalidRequest("x-amz-checksum-type must be COMPOSITE or FULL_OBJECT.").Throw(),
        };
        if (algorithm is null && type is not null)
            throw S3Errors.InvalidRequest("x-amz-checksum-type can only be used with x-amz-checksum-algorithm.").Throw();
        var possible = type == ChecksumType.FullObject ? algorithm?.IsCrc() != false : type is null || algorithm != ChecksumAlgorithm.Crc64Nvme;
        if (!possible)
            throw S3Errors.InvalidRequest($"The {type!.Value.Name()} checksum type cannot be used with the {algorithm!.Value.Name()} algorithm.").Throw();
        var byDefault = algorithm is null or ChecksumAlgorithm.Crc64Nvme ? ChecksumType.FullObject : ChecksumType.Composite;
        return (algorithm, type ?? byDefault);
    }
}
