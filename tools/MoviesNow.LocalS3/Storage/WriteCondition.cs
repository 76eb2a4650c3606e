using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Http;

namespace MoviesNow.LocalS3.Storage;

/// <summary>What must hold of the object at the key when a write is published. Decided under the key's lock, so that of concurrent writers one wins.</summary>
/// <param name="MustNotExist"><c>If-None-Match: *</c>.</param>
/// <param name="MustMatch">The ETag of <c>If-Match</c> without quotes, or <c>*</c>.</param>
internal sealed record WriteCondition(bool MustNotExist, string? MustMatch)
{
    public static readonly WriteCondition None = new(false, null);

    /// <exception cref="S3Exception">NotImplemented: an <c>If-None-Match</c> other than <c>*</c>, as in S3.</exception>
    public static WriteCondition From(S3Request request)
    {
        var noneMatch = request.Header("If-None-Match");
        if (noneMatch is not (null or "*"))
            throw S3Errors.NotImplemented("If-None-Match with a value other than * on a write").Throw();
        return new WriteCondition(noneMatch is not null, ETags.Unquote(request.Header("If-Match")));
    }

    /// <exception cref="S3Exception">PreconditionFailed, or NoSuchKey when a match is asked of nothing.</exception>
    public void Check(ObjectEntry? current)
    {
        if (MustNotExist && current is not null)
            throw S3Errors.PreconditionFailed("If-None-Match").Throw();
        if (MustMatch is null)
            return;
        if (current is null)
            throw S3Errors.NoSuchKey.Throw();
        if (MustMatch != "*" && MustMatch != current.ETag)
            throw S3Errors.PreconditionFailed("If-Match").Throw();
    }
}
