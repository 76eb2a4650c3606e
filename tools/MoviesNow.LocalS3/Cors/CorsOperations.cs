using System.Xml.Linq;
using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Storage;
using MoviesNow.LocalS3.Xml;

namespace MoviesNow.LocalS3.Cors;

/// <summary>Shows a bucket's CORS rules.</summary>
internal sealed class GetBucketCors(BucketStore buckets) : IOperation
{
    public Task ExecuteAsync(S3Request request)
    {
        var document = buckets.Get(request.BucketName).Record.Cors ?? throw S3Errors.NoSuchCors.Throw();
        return XmlResponse.WriteAsync(request.Http, StatusCodes.Status200OK, xml => XElement.Parse(document).WriteTo(xml));
    }
}

/// <summary>Replaces a bucket's CORS rules.</summary>
internal sealed class PutBucketCors(BucketStore buckets) : IOperation
{
    public async Task ExecuteAsync(S3Request request)
    {
        var bucket = buckets.Get(request.BucketName);
        var document = await XmlBody.ReadAsync(request, "CORSConfiguration", mustProve: true);
        CorsConfiguration.Parse(document);
        await bucket.ChangeAsync(record => record with { Cors = XmlBody.ToText(document) }, request.Aborted);
        request.Response.ContentLength = 0;
    }
}

/// <summary>Removes a bucket's CORS rules; the configured origins apply again.</summary>
internal sealed class DeleteBucketCors(BucketStore buckets) : IOperation
{
    public async Task ExecuteAsync(S3Request request)
    {
        await buckets.Get(request.BucketName).ChangeAsync(record => record with { Cors = null }, request.Aborted);
        request.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
