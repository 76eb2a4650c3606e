using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Storage;

namespace MoviesNow.LocalS3.Objects;

/// <summary>The object that a copy reads, from <c>x-amz-copy-source: /bucket/key[?versionId=null]</c>, percent-encoded.</summary>
internal sealed record CopySource(string Bucket, string Key)
{
    /// <exception cref="S3Exception">InvalidArgument, NoSuchVersion.</exception>
    public static CopySource Parse(string header)
    {
        const string version = "?versionId=";
        var query = header.IndexOf(version, StringComparison.Ordinal);
        VersionIds.Check(query < 0 ? null : header[(query + version.Length)..]);
        var path = UriCodec.Decode(query < 0 ? header : header[..query], plusIsSpace: false)?.TrimStart('/');
        var slash = path?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        return slash > 0 && slash < path!.Length - 1
            ? new CopySource(path[..slash], path[(slash + 1)..])
            : throw S3Errors.InvalidArgument("x-amz-copy-source must be a bucket and a key: /bucket/key.").Throw();
    }

    /// <summary>Opens the source when its conditions hold.</summary>
    /// <exception cref="S3Exception">NoSuchBucket, NoSuchKey, PreconditionFailed.</exception>
    public ObjectLease Open(BucketStore buckets, S3Request request)
    {
        var lease = buckets.Get(Bucket).Objects.Open(Key) ?? throw S3Errors.NoSuchKey.With("Key", Key).Throw();
        if (ReadConditions.FromHeaders(request, "x-amz-copy-source-").Evaluate(lease.Record.ETag, lease.Record.LastModified) == ReadVerdict.Proceed)
            return lease;
        lease.Dispose();
        throw S3Errors.PreconditionFailed("x-amz-copy-source-if-*").Throw();
    }
}
