using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Storage;
using MoviesNow.LocalS3.Xml;

namespace MoviesNow.LocalS3.Buckets;

/// <summary>Creates a private bucket in the configured region.</summary>
internal sealed class CreateBucket(BucketStore buckets, RegionOf region) : IOperation
{
    public async Task ExecuteAsync(S3Request request)
    {
        if (!BucketName.IsValid(request.BucketName))
            throw S3Errors.InvalidBucketName.Throw();
        if (request.Header("x-amz-acl") is not (null or "private"))
            throw S3Errors.AclNotSupported.Throw();
        if (request.Header("x-amz-bucket-object-lock-enabled") is not (null or "false"))
            throw S3Errors.NotImplemented("Object Lock").Throw();
        if (request.Header("x-amz-object-ownership") is not (null or "BucketOwnerEnforced")
            || request.Headers.Keys.Any(name => name.StartsWith("x-amz-grant-", StringComparison.OrdinalIgnoreCase)))
            throw S3Errors.AclNotSupported.Throw();
        if (request.Headers.ContentLength > 0)
        {
            var configuration = await XmlBody.ReadAsync(request, "CreateBucketConfiguration");
            if (configuration.Text("LocationConstraint") is { Length: > 0 } constraint && constraint != region.Name)
                throw S3Errors.IllegalLocationConstraint.Throw();
        }

        // Repeating a creation is an error everywhere but in the oldest region.
        if (!await buckets.CreateAsync(request.BucketName, request.Aborted) && region.Name != RegionOf.Default)
            throw S3Errors.BucketAlreadyOwnedByYou.Throw();
        request.Response.Headers.Location = "/" + request.BucketName;
        request.Response.ContentLength = 0;
    }
}
