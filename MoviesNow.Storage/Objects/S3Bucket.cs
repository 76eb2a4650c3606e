using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Options;

namespace MoviesNow.Storage;

/// <summary>The bucket itself over AWSSDK.S3.</summary>
internal sealed class S3Bucket(IAmazonS3 client, StorageGate gate, IOptions<StorageOptions> options) : IBucketAdministration
{
    private const string AbortRule = "moviesnow-abort-incomplete";
    private const string ExpireRule = "moviesnow-expire-bundles";

    private readonly string _bucket = options.Value.Bucket;
    private readonly bool _hasLifecycle = StorageCapabilities.Of(options.Value).Lifecycle;

    public Task ProbeAsync(CancellationToken cancellationToken) =>
        gate.ProbeAsync("probe", token => client.HeadBucketAsync(new HeadBucketRequest { BucketName = _bucket }, token), cancellationToken);

    public Task EnsureBucketAsync(CancellationToken cancellationToken) =>
        gate.RepeatableAsync("ensure_bucket", async token =>
        {
            try
            {
                await client.PutBucketAsync(new PutBucketRequest { BucketName = _bucket, UseClientRegion = false }, token);
            }
            catch (AmazonS3Exception e) when (e.ErrorCode is "BucketAlreadyOwnedByYou" or "BucketAlreadyExists")
            {
                // It may be somebody else's: the probe tells.
                await client.HeadBucketAsync(new HeadBucketRequest { BucketName = _bucket }, token);
            }

            return true;
        }, cancellationToken);

    public async Task<bool> InstallLifecycleAsync(int abortIncompleteAfterDays, int? expireBundlesAfterDays, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(abortIncompleteAfterDays, 1);
        if (expireBundlesAfterDays is { } days)
            ArgumentOutOfRangeException.ThrowIfLessThan(days, 1, nameof(expireBundlesAfterDays));
        if (!_hasLifecycle)
            return false;

        return await gate.RepeatableAsync("install_lifecycle", async token =>
        {
            var rules = await RulesAsync(token);
            rules.RemoveAll(rule => rule.Id is AbortRule or ExpireRule);
            rules.Add(Abort(abortIncompleteAfterDays));
            if (expireBundlesAfterDays is { } days)
                rules.Add(Expire(days));

            await client.PutLifecycleConfigurationAsync(
                new PutLifecycleConfigurationRequest { BucketName = _bucket, Configuration = new LifecycleConfiguration { Rules = rules } }, token);
            return true;
        }, cancellationToken);
    }

    private static LifecycleRule Abort(int days) => new()
    {
        Id = AbortRule,
        Status = LifecycleRuleStatus.Enabled,
        Filter = new LifecycleFilter { Prefix = "" },
        AbortIncompleteMultipartUpload = new LifecycleRuleAbortIncompleteMultipartUpload { DaysAfterInitiation = days },
    };

    private static LifecycleRule Expire(int days) => new()
    {
        Id = ExpireRule,
        Status = LifecycleRuleStatus.Enabled,
        Filter = new LifecycleFilter { Prefix = StorageLayout.BundlesPrefix },
        Expiration = new LifecycleRuleExpiration { Days = days },
    };

    private async Task<List<LifecycleRule>> RulesAsync(CancellationToken cancellationToken)
    {
        try
        {
            var request = new GetLifecycleConfigurationRequest { BucketName = _bucket };
            return (await client.GetLifecycleConfigurationAsync(request, cancellationToken)).Configuration?.Rules ?? [];
        }
        catch (AmazonS3Exception e) when (e.IsAbsent())
        {
            return [];
        }
    }
}
