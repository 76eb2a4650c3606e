using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Storage;

namespace MoviesNow.LocalS3.Objects;

/// <summary>Deletes an object; deleting what is not there succeeds too, unless a match is asked for.</summary>
internal sealed class DeleteObject(BucketStore buckets) : IOperation
{
    /// <summary>As in S3's general purpose buckets, a condition other than the ETag's. Ignored, it would delete what it should keep.</summary>
    internal static S3Error ConditionNotImplemented => S3Errors.NotImplemented("A deletion on condition of a size or time");

    public async Task ExecuteAsync(S3Request request)
    {
        var bucket = buckets.Get(request.BucketName);
        VersionIds.Check(request.Query["versionId"]);
        if (request.Header("x-amz-if-match-size") is not null || request.Header("x-amz-if-match-last-modified-time") is not null)
            throw ConditionNotImplemented.Throw();
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
