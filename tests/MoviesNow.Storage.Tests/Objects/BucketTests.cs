using Amazon.S3;
using Amazon.S3.Model;
using MoviesNow.Storage.Tests.Support;

namespace MoviesNow.Storage.Tests.Objects;

[Collection(nameof(StorageFixture))]
public sealed class BucketTests(StorageFixture storage)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task EnsureBucketAsync_Again_Succeeds()
    {
        await storage.Host.Bucket.EnsureBucketAsync(None);
        await storage.Host.Bucket.ProbeAsync(None);
    }

    [Fact]
    public async Task InstallLifecycleAsync_Again_ReplacesItsOwnRulesAndKeepsOthers()
    {
        if (!storage.Store.Capabilities.Lifecycle)
            return;

        var client = storage.Host.Get<IAmazonS3>();
        var bucket = storage.Host.Options.Bucket;
        await client.PutLifecycleConfigurationAsync(new PutLifecycleConfigurationRequest
        {
            BucketName = bucket,
            Configuration = new LifecycleConfiguration
            {
                Rules =
                [
                    new LifecycleRule
                    {
                        Id = "somebody-elses",
                        Status = LifecycleRuleStatus.Enabled,
                        Filter = new LifecycleFilter { Prefix = "logs/" },
                        Expiration = new LifecycleRuleExpiration { Days = 365 },
                    },
                ],
            },
        });

        Assert.True(await storage.Host.Bucket.InstallLifecycleAsync(abortIncompleteAfterDays: 30, expireBundlesAfterDays: 400, None));
        Assert.True(await storage.Host.Bucket.InstallLifecycleAsync(abortIncompleteAfterDays: 7, expireBundlesAfterDays: null, None));
        Assert.True(await storage.Host.Bucket.InstallLifecycleAsync(abortIncompleteAfterDays: 9, expireBundlesAfterDays: 500, None));

        var answer = await client.GetLifecycleConfigurationAsync(new GetLifecycleConfigurationRequest { BucketName = bucket });
        Assert.Equal(
            ["moviesnow-abort-incomplete 9 0", "moviesnow-expire-bundles 0 500", "somebody-elses 0 365"],
            answer.Configuration.Rules
                .Select(rule => $"{rule.Id} {rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation ?? 0} {rule.Expiration?.Days ?? 0}")
                .Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => storage.Host.Bucket.InstallLifecycleAsync(0, null, None));
    }
}
