using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Storage;

namespace MoviesNow.LocalS3.Multipart;

/// <summary>Ends a multipart upload and deletes its parts.</summary>
internal sealed class AbortUpload(BucketStore buckets) : IOperation
{
    public async Task ExecuteAsync(S3Request request)
    {
        var bucket = buckets.Get(request.BucketName);
        var upload = bucket.Uploads.Get(request.Query["uploadId"] ?? "", request.Key);
        await bucket.Uploads.AbortAsync(upload, request.Aborted);
        request.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
