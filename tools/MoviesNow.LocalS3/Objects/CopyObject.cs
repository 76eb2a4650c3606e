using MoviesNow.LocalS3.Checksums;
using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Lifecycle;
using MoviesNow.LocalS3.Storage;
using MoviesNow.LocalS3.Tagging;
using MoviesNow.LocalS3.Xml;

namespace MoviesNow.LocalS3.Objects;

/// <summary>Copies an object of at most 5 GiB, with its metadata or with new metadata.</summary>
internal sealed class CopyObject(BucketStore buckets, ObjectWriter writer) : IOperation
{
    public async Task ExecuteAsync(S3Request request)
    {
        var bucket = buckets.Get(request.BucketName);
        KeyRules.Check(request.Key);
        var source = CopySource.Parse(request.Header("x-amz-copy-source") ?? "");
        var given = ObjectHeadersReader.Read(request);
        var replace = IsReplace(request.Header("x-amz-metadata-directive"), "x-amz-metadata-directive");
        var replaceTags = IsReplace(request.Header("x-amz-tagging-directive"), "x-amz-tagging-directive");
        var changes = replace || given.Encryption.Count > 0 || given.WebsiteRedirect is not null || request.Headers.ContainsKey("x-amz-storage-class");
        if (!changes && source.Bucket == request.BucketName && source.Key == request.Key)
        {
            throw S3Errors.InvalidRequest(
                "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, "
                + "website redirect location or encryption attributes.").Throw();
        }

        var condition = WriteCondition.From(request);
        condition.Check(bucket.Objects.Index.Find(request.Key));
        using var lease = source.Open(buckets, request);
        var record = lease.Record;
        if (record.Size > RequestBody.MaxObjectBytes)
            throw S3Errors.InvalidRequest("The copy source is larger than the maximum of 5 GiB: copy it in parts.").Throw();

        var algorithm = AlgorithmOf(request) ?? record.Checksum?.Algorithm ?? ObjectWriter.DefaultChecksum;
        using var file = bucket.Objects.Data.Create();
        var digest = await Copier.CopyAsync(lease, new ByteRange(0, record.Size), file, algorithm, request.Aborted);
        var headers = replace ? given : record.Headers with { Encryption = given.Encryption, WebsiteRedirect = given.WebsiteRedirect };
        var tags = replaceTags ? TagSet.FromHeader(request.Header("x-amz-tagging")) : record.Tags;
        var copy = await writer.PublishAsync(bucket, new NewObject(request.Key, headers, tags, digest, algorithm), file, condition, request.Aborted);
        await AnswerAsync(request, bucket, copy);
    }

    private static Task AnswerAsync(S3Request request, Bucket bucket, ObjectRecord copy)
    {
        EncryptionHeaders.Write(request.Response, copy.Headers);
        ExpirationHeader.Write(request.Response, bucket, copy);
        return XmlResponse.WriteAsync(request.Http, "CopyObjectResult", xml =>
        {
            xml.Element("LastModified", XmlResponse.Timestamp(copy.LastModified));
            xml.Element("ETag", ETags.Quote(copy.ETag));
            xml.Element("ChecksumType", copy.Checksum!.Type.Name());
            xml.Element(copy.Checksum.Algorithm.Element(), copy.Checksum.Value);
        });
    }

    private static ChecksumAlgorithm? AlgorithmOf(S3Request request) => request.Header("x-amz-checksum-algorithm") is { } name
        ? ChecksumAlgorithms.Parse(name) ?? throw S3Errors.InvalidRequest("Checksum algorithm provided is unsupported.").Throw()
        : null;

    private static bool IsReplace(string? directive, string header) => directive switch
    {
        null or "COPY" => false,
        "REPLACE" => true,
        _ => throw S3Errors.InvalidArgument($"{header} must be COPY or REPLACE.").Throw(),
    };
}
