using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Lifecycle;
using MoviesNow.LocalS3.Storage;
using MoviesNow.LocalS3.Tagging;

namespace MoviesNow.LocalS3.Objects;

/// <summary>Stores a whole object, at most 5 GiB.</summary>
internal sealed class PutObject(BucketStore buckets, ObjectWriter writer) : IOperation
{
    public async Task ExecuteAsync(S3Request request)
    {
        var bucket = buckets.Get(request.BucketName);
        KeyRules.Check(request.Key);
        var headers = ObjectHeadersReader.Read(request);
        var tags = TagSet.FromHeader(request.Header("x-amz-tagging"));
        var condition = WriteCondition.From(request);
        // Decided again when published; this saves receiving what would be refused.
        condition.Check(bucket.Objects.Index.Find(request.Key));
        var body = RequestBody.Open(request, RequestBody.MaxObjectBytes, S3Errors.EntityTooLarge);
        var algorithm = body.Claim?.Algorithm ?? ObjectWriter.DefaultChecksum;

        using var file = bucket.Objects.Data.Create();
        var digest = await body.CopyToAsync(file.WriteAsync, [algorithm], request.Aborted);
        var record = await writer.PublishAsync(bucket, new NewObject(request.Key, headers, tags, digest, algorithm), file, condition, request.Aborted);

        var response = request.Response;
        response.Headers.ETag = ETags.Quote(record.ETag);
        EncryptionHeaders.Write(response, headers);
        ObjectResponse.WriteChecksum(response, record.Checksum);
        ExpirationHeader.Write(response, bucket, record);
        response.ContentLength = 0;
    }
}
