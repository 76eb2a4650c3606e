using MoviesNow.LocalS3.Checksums;
using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Lifecycle;
using MoviesNow.LocalS3.Objects;
using MoviesNow.LocalS3.Storage;
using MoviesNow.LocalS3.Xml;

namespace MoviesNow.LocalS3.Multipart;

/// <summary>Makes an object of uploaded parts. Repeating a completion whose answer was lost gives the same answer, as long as its object is there.</summary>
internal sealed class CompleteUpload(BucketStore buckets, ObjectWriter writer) : IOperation
{
    public async Task ExecuteAsync(S3Request request)
    {
        var bucket = buckets.Get(request.BucketName);
        var id = request.Query["uploadId"] ?? "";
        var document = await XmlBody.ReadAsync(request, "CompleteMultipartUpload", checksumIsOfBody: false, whenEmpty: S3Errors.MalformedXml);
        var completion = CompletionRequest.Parse(document);
        CompletionChecks.CheckForm(request);
        var condition = WriteCondition.From(request);
        var record = bucket.Uploads.Find(id, request.Key) is { } upload
            ? await CompleteAsync(bucket, upload, completion, condition, request)
            : null;
        record ??= AlreadyCompleted(bucket, request.Key, id) ?? throw S3Errors.NoSuchUpload.Throw();
        await AnswerAsync(request, bucket, record);
    }

    /// <returns>The object, or null when another request ended the upload first.</returns>
    private async Task<ObjectRecord?> CompleteAsync(
        Bucket bucket, Upload upload, CompletionRequest completion, WriteCondition condition, S3Request request)
    {
        await upload.Gate.WaitAsync(request.Aborted);
        try
        {
            if (upload.Ended)
                return null;
            var record = Record(upload, completion.Match(upload));
            CompletionChecks.Check(request, upload.Record, record);
            await bucket.Objects.PublishAsync(record, condition, () => { }, request.Aborted);
            bucket.Uploads.End(upload, record.Segments.Select(s => s.Data).ToHashSet(StringComparer.Ordinal));
            return record;
        }
        finally
        {
            upload.Gate.Release();
        }
    }

    private ObjectRecord Record(Upload upload, IReadOnlyList<PartRecord> parts)
    {
        var algorithm = upload.Record.Algorithm;
        return new ObjectRecord
        {
            Key = upload.Record.Key,
            Version = ObjectWriter.NewVersion(),
            Size = parts.Sum(part => part.Size),
            ETag = CompletionRequest.ETagOf(parts.Select(part => part.ETag)),
            LastModified = writer.Now(),
            Headers = upload.Record.Headers,
            Tags = upload.Record.Tags,
            Segments = [.. parts.Select(part => new Segment(part.Data, part.Size, part.Number, part.Checksums[algorithm]))],
            Checksum = ObjectChecksum.OfParts(
                algorithm, upload.Record.ChecksumType, [.. parts.Select(part => (part.Checksums[algorithm], part.Size))]),
            UploadId = upload.Record.Id,
        };
    }

    private static ObjectRecord? AlreadyCompleted(Bucket bucket, string key, string uploadId)
    {
        using var lease = bucket.Objects.Open(key);
        return lease?.Record.UploadId == uploadId ? lease.Record : null;
    }

    private static Task AnswerAsync(S3Request request, Bucket bucket, ObjectRecord record)
    {
        EncryptionHeaders.Write(request.Response, record.Headers);
        ExpirationHeader.Write(request.Response, bucket, record);
        return XmlResponse.WriteAsync(request.Http, "CompleteMultipartUploadResult", xml =>
        {
            xml.Element("Location", $"{request.Http.Request.Scheme}://{request.Http.Request.Host}{UriCodec.Encode(request.Path, keepSlash: true)}");
            xml.Element("Bucket", bucket.Name);
            xml.Element("Key", record.Key);
            xml.Element("ETag", ETags.Quote(record.ETag));
            xml.Element(record.Checksum!.Algorithm.Element(), record.Checksum.Value);
            xml.Element("ChecksumType", record.Checksum.Type.Name());
        });
    }
}
