using System.Xml.Linq;
using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Storage;
using MoviesNow.LocalS3.Xml;

namespace MoviesNow.LocalS3.Lifecycle;

/// <summary>Shows a bucket's lifecycle rules.</summary>
internal sealed class GetBucketLifecycle(BucketStore buckets) : IOperation
{
    public Task ExecuteAsync(S3Request request)
    {
        var document = buckets.Get(request.BucketName).Record.Lifecycle ?? throw S3Errors.NoSuchLifecycle.Throw();
        return XmlResponse.WriteAsync(request.Http, StatusCodes.Status200OK, xml => XElement.Parse(document).WriteTo(xml));
    }
}

/// <summary>Replaces a bucket's lifecycle rules.</summary>
internal sealed class PutBucketLifecycle(BucketStore buckets) : IOperation
{
    public async Task ExecuteAsync(S3Request request)
    {
        var bucket = buckets.Get(request.BucketName);
        var document = await XmlBody.ReadAsync(request, "LifecycleConfiguration", mustProve: true);
        var rules = LifecycleConfiguration.Parse(document);
        foreach (var (element, rule) in document.All("Rule").Zip(rules))
            NameRule(element, rule.Id);
        await bucket.ChangeAsync(record => record with { Lifecycle = XmlBody.ToText(document) }, request.Aborted);
        request.Response.ContentLength = 0;
    }

    // A rule without a name gets one, as in S3, so that clients can tell rules apart.
    private static void NameRule(XElement rule, string id)
    {
        if (rule.One("ID") is { } element)
            element.Value = id;
        else
            rule.AddFirst(new XElement(rule.Name.Namespace + "ID", id));
    }
}

/// <summary>Removes a bucket's lifecycle rules.</summary>
internal sealed class DeleteBucketLifecycle(BucketStore buckets) : IOperation
{
    public async Task ExecuteAsync(S3Request request)
    {
        await buckets.Get(request.BucketName).ChangeAsync(record => record with { Lifecycle = null }, request.Aborted);
        request.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
