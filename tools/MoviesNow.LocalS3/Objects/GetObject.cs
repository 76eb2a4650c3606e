using MoviesNow.LocalS3.Checksums;
using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Lifecycle;
using MoviesNow.LocalS3.Storage;

namespace MoviesNow.LocalS3.Objects;

/// <summary>Answers GET and HEAD of an object: conditions, then a range or part, then the bytes.</summary>
internal sealed class GetObject(BucketStore buckets) : IOperation
{
    public async Task ExecuteAsync(S3Request request)
    {
        EncryptionHeaders.RefuseOnRead(request);
        VersionIds.Check(request.Query["versionId"]);
        var bucket = buckets.Get(request.BucketName);
        using var lease = bucket.Objects.Open(request.Key) ?? throw S3Errors.NoSuchKey.With("Key", request.Key).Throw();
        var (record, response) = (lease.Record, request.Response);
        var verdict = ReadConditions.FromHeaders(request).Evaluate(record.ETag, record.LastModified);
        if (verdict == ReadVerdict.Failed)
            throw S3Errors.PreconditionFailed(request.Header("If-Match") is null ? "If-Unmodified-Since" : "If-Match").Throw();
        if (verdict == ReadVerdict.NotModified)
        {
            ObjectResponse.WriteIdentity(response, record);
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var (range, checksum) = Select(request, record);
        ObjectResponse.Write(request, record);
        ExpirationHeader.Write(response, bucket, record);
        if (string.Equals(request.Header("x-amz-checksum-mode"), "ENABLED", StringComparison.OrdinalIgnoreCase))
            ObjectResponse.WriteChecksum(response, checksum);
        if (range is { } partial)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = partial.ContentRange(record.Size);
        }

        response.ContentLength = range?.Length ?? record.Size;
        if (HttpMethods.IsGet(request.Http.Request.Method))
            await lease.CopyToAsync(range?.Offset ?? 0, range?.Length ?? record.Size, response.Body.WriteAsync, request.Aborted);
    }

    // A checksum is sent only with the bytes it covers.
    private static (ByteRange? Range, ObjectChecksum? Checksum) Select(S3Request request, ObjectRecord record)
    {
        var partNumber = request.QueryNumber("partNumber", 1, 10_000, 0);
        var header = request.Header("Range");
        if (partNumber > 0)
        {
            if (header is not null)
                throw S3Errors.InvalidRequest("Range and partNumber cannot be asked for together.").Throw();
            return SelectPart(request, record, partNumber);
        }

        if (!ReadConditions.AllowsRange(request.Header("If-Range"), record.ETag, record.LastModified))
            header = null;
        if (ByteRange.TryParse(header, record.Size, out var range))
            return (range, range is null ? record.Checksum : null);
        request.Response.Headers.ContentRange = $"bytes */{record.Size}";
        throw S3Errors.InvalidRange.With("ActualObjectSize", $"{record.Size}").Throw();
    }

    private static (ByteRange? Range, ObjectChecksum? Checksum) SelectPart(S3Request request, ObjectRecord record, int partNumber)
    {
        if (record.UploadId is null)
        {
            return partNumber == 1
                ? (record.Size == 0 ? null : new ByteRange(0, record.Size), record.Checksum)
                : throw S3Errors.InvalidPartNumber.Throw();
        }

        var before = record.Segments.TakeWhile(s => s.PartNumber != partNumber).ToList();
        if (before.Count == record.Segments.Count)
            throw S3Errors.InvalidPartNumber.Throw();
        var part = record.Segments[before.Count];
        request.Response.Headers["x-amz-mp-parts-count"] = $"{record.Segments.Count}";
        var checksum = part.Checksum is null || record.Checksum is null ? null : record.Checksum with { Value = part.Checksum };
        return (new ByteRange(before.Sum(s => s.Size), part.Size), checksum);
    }
}
