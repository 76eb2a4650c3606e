using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Storage;

namespace MoviesNow.LocalS3.Objects;

/// <summary>Answers what is about an object's retention or legal hold, as S3 does where the bucket has no Object Lock.</summary>
internal sealed class ObjectLockAbsent(BucketStore buckets) : IOperation
{
    public Task ExecuteAsync(S3Request request)
    {
        buckets.Get(request.BucketName);
        throw S3Errors.NoObjectLock.Throw();
    }
}
