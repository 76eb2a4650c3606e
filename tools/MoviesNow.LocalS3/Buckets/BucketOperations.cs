using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Storage;
using MoviesNow.LocalS3.Xml;

namespace MoviesNow.LocalS3.Buckets;

/// <summary>Answers whether a bucket is there.</summary>
internal sealed class HeadBucket(BucketStore buckets, RegionOf region) : IOperation
{
    public Task ExecuteAsync(S3Request request)
    {
        buckets.Get(request.BucketName);
        request.Response.Headers["x-amz-bucket-region"] = region.Name;
        request.Response.ContentLength = 0;
        return Task.CompletedTask;
    }
}

/// <summary>Deletes an empty bucket.</summary>
internal sealed class DeleteBucket(BucketStore buckets) : IOperation
{
    public async Task ExecuteAsync(S3Request request)
    {
        await buckets.DeleteAsync(request.BucketName, request.Aborted);
        request.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}

/// <summary>Names the bucket's region; us-east-1 is the empty name.</summary>
internal sealed class GetBucketLocation(BucketStore buckets, RegionOf region) : IOperation
{
    public Task ExecuteAsync(S3Request request)
    {
        buckets.Get(request.BucketName);
        return XmlResponse.WriteAsync(request.Http, "LocationConstraint", xml =>
        {
            if (region.Name != RegionOf.Default)
                xml.WriteString(region.Name);
        });
    }
}

/// <summary>Says that buckets are not versioned, by an empty document.</summary>
internal sealed class GetBucketVersioning(BucketStore buckets) : IOperation
{
    public Task ExecuteAsync(S3Request request)
    {
        buckets.Get(request.BucketName);
        return XmlResponse.WriteAsync(request.Http, "VersioningConfiguration", _ => { });
    }
}
