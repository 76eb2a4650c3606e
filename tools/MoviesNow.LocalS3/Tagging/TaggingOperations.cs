using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Objects;
using MoviesNow.LocalS3.Storage;
using MoviesNow.LocalS3.Xml;

namespace MoviesNow.LocalS3.Tagging;

/// <summary>Reads an object's tags.</summary>
internal sealed class GetObjectTagging(BucketStore buckets) : IOperation
{
    public async Task ExecuteAsync(S3Request request)
    {
        VersionIds.Check(request.Query["versionId"]);
        using var lease = buckets.Get(request.BucketName).Objects.Open(request.Key) ?? throw S3Errors.NoSuchKey.With("Key", request.Key).Throw();
        await TagDocument.WriteAsync(request, lease.Record.Tags);
    }
}

/// <summary>Replaces an object's tags; its bytes, ETag and date stay.</summary>
internal sealed class PutObjectTagging(BucketStore buckets) : IOperation
{
    public async Task ExecuteAsync(S3Request request)
    {
        VersionIds.Check(request.Query["versionId"]);
        var bucket = buckets.Get(request.BucketName);
        var tags = TagSet.FromXml(await XmlBody.ReadAsync(request, "Tagging"), TagSet.MaxOnObject);
        await bucket.Objects.UpdateAsync(request.Key, record => record with { Tags = tags }, request.Aborted);
        request.Response.ContentLength = 0;
    }
}

/// <summary>Removes an object's tags.</summary>
internal sealed class DeleteObjectTagging(BucketStore buckets) : IOperation
{
    public async Task ExecuteAsync(S3Request request)
    {
        VersionIds.Check(request.Query["versionId"]);
        await buckets.Get(request.BucketName).Objects.UpdateAsync(request.Key, record => record with { Tags = Names.None }, request.Aborted);
        request.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}

/// <summary>Reads a bucket's tags.</summary>
internal sealed class GetBucketTagging(BucketStore buckets) : IOperation
{
    public Task ExecuteAsync(S3Request request)
    {
        var tags = buckets.Get(request.BucketName).Record.Tags;
        return tags.Count > 0 ? TagDocument.WriteAsync(request, tags) : throw new S3Error("NoSuchTagSet", 404, "The bucket has no tags.").Throw();
    }
}

/// <summary>Replaces a bucket's tags.</summary>
internal sealed class PutBucketTagging(BucketStore buckets) : IOperation
{
    public async Task ExecuteAsync(S3Request request)
    {
        var bucket = buckets.Get(request.BucketName);
        var tags = TagSet.FromXml(await XmlBody.ReadAsync(request, "Tagging"), TagSet.MaxOnBucket);
        await bucket.ChangeAsync(record => record with { Tags = tags }, request.Aborted);
        request.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}

/// <summary>Removes a bucket's tags.</summary>
internal sealed class DeleteBucketTagging(BucketStore buckets) : IOperation
{
    public async Task ExecuteAsync(S3Request request)
    {
        await buckets.Get(request.BucketName).ChangeAsync(record => record with { Tags = Names.None }, request.Aborted);
        request.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}

/// <summary>The document that tags are read as.</summary>
internal static class TagDocument
{
    public static Task WriteAsync(S3Request request, IReadOnlyDictionary<string, string> tags) =>
        XmlResponse.WriteAsync(request.Http, "Tagging", xml =>
        {
            xml.WriteStartElement("TagSet", XmlResponse.Namespace);
            foreach (var (key, value) in tags)
            {
                xml.WriteStartElement("Tag", XmlResponse.Namespace);
                xml.Element("Key", key);
                xml.Element("Value", value);
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        });
}
