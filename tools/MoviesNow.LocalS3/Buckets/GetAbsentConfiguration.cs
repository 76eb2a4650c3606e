using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Storage;

namespace MoviesNow.LocalS3.Buckets;

/// <summary>Answers tools that probe for configurations which this endpoint never has, with the error S3 gives when there is none.</summary>
internal sealed class GetAbsentConfiguration(BucketStore buckets) : IOperation
{
    /// <summary>Sub-resource and error code.</summary>
    public static readonly IReadOnlyDictionary<string, string> Codes = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["policy"] = "NoSuchBucketPolicy",
        ["policyStatus"] = "NoSuchBucketPolicy",
        ["website"] = "NoSuchWebsiteConfiguration",
        ["encryption"] = "ServerSideEncryptionConfigurationNotFoundError",
        ["replication"] = "ReplicationConfigurationNotFoundError",
        ["object-lock"] = "ObjectLockConfigurationNotFoundError",
        ["ownershipControls"] = "OwnershipControlsNotFoundError",
        ["publicAccessBlock"] = "NoSuchPublicAccessBlockConfiguration",
    };

    public Task ExecuteAsync(S3Request request)
    {
        buckets.Get(request.BucketName);
        var code = Codes.First(pair => request.Query.Has(pair.Key)).Value;
        throw new S3Error(code, 404, "The bucket has no such configuration.").Throw();
    }
}
