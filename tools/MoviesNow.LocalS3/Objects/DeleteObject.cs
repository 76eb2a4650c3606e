using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Storage;

namespace MoviesNow.LocalS3.Objects;

/// <summary>Deletes an object; deleting what is not there succeeds too, unless a match is asked for.</summary>
internal sealed class DeleteObject(BucketStore buckets) : IOperation
{
    public async Task ExecuteAsync(S3Request request)
    {
        var bucket = buckets.Get(request.BucketName);
        VersionIds.Check(request.Query["versionId"]);
        var match = ETags.Unquote(request.Header("If-Match"));
        await bucket.Objects.DeleteAsync(request.Key, current => Allowed(current, match), request.Aborted);
        request.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <exception cref="S3Exception">PreconditionFailed, or NoSuchKey when a match is asked of nothing.</exception>
    internal static bool Allowed(ObjectEntry? current, string? match)
    {
        new WriteCondition(MustNotExist: false, match).Check(current);
        return true;
    }
}
