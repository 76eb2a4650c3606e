using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MoviesNow.Storage;
using MoviesNow.Upload.Sweeping;
using MoviesNow.Upload.Uploads;
using UploadTests.Support;

namespace UploadTests.Sweeping;

/// <summary>The lifecycle rules that the service installs, as the storage has them.</summary>
public sealed class BucketRulesTests(SweepSystem shared) : SweepTest(shared)
{
    private readonly StepClock _clock = new();

    [Theory]
    [InlineData(null, 400, 8)]
    [InlineData(20, 61, 20)]
    [InlineData(30, null, 30)]
    public async Task Start_Enabled_InstallsBothRulesAndKeepsOthers(int? abortAfter, int? expireAfter, int expectedAbort)
    {
        using var client = Client();
        await PutAsync(client, new LifecycleRule
        {
            Id = "owners-own",
            Status = LifecycleRuleStatus.Enabled,
            Filter = new LifecycleFilter { Prefix = "logs/" },
            Expiration = new LifecycleRuleExpiration { Days = 3 },
        });
        using var rules = Rules(new SweepOptions { AbortIncompleteAfterDays = abortAfter, ExpireBundlesAfterDays = expireAfter });

        await rules.StartAsync(CancellationToken.None);
        await rules.ExecuteTask!;

        var installed = await RulesAsync(client);
        Assert.Equal(expectedAbort, Assert.Single(installed, rule => rule.AbortIncompleteMultipartUpload is not null).AbortIncompleteMultipartUpload.DaysAfterInitiation);
        Assert.Equal(expireAfter, installed.SingleOrDefault(rule => rule.Id is not "owners-own" && rule.Expiration is not null)?.Expiration.Days);
        Assert.Single(installed, rule => rule.Id == "owners-own");
    }

    [Fact]
    public async Task Start_Disabled_ChangesNothing()
    {
        using var client = Client();
        await client.DeleteLifecycleConfigurationAsync(new DeleteLifecycleConfigurationRequest { BucketName = UploadSystem.Bucket });
        using var rules = Rules(new SweepOptions { Enabled = false });

        await rules.StartAsync(CancellationToken.None);
        await rules.ExecuteTask!;

        Assert.Empty(await RulesAsync(client));
    }

    [Fact]
    public async Task Start_StorageDown_TriesAgainEveryMinute()
    {
        using var rules = Rules(new SweepOptions());
        await System.S3.StopAsync();
        try
        {
            await rules.StartAsync(CancellationToken.None);
            var wait = await _clock.NextAsync();
            Assert.Equal(TimeSpan.FromMinutes(1), wait.Due);
            wait.End();
            wait = await _clock.NextAsync();
            await System.S3.RestartAsync();
            while (!rules.ExecuteTask!.IsCompleted)
            {
                // The breaker before the storage may still be open.
                wait.End();
                await Task.WhenAny(rules.ExecuteTask, Task.Run(async () => wait = await _clock.NextAsync()));
            }
        }
        finally
        {
            await System.S3.RestartAsync();
        }

        using var client = Client();
        Assert.Contains(await RulesAsync(client), rule => rule.AbortIncompleteMultipartUpload is not null);
    }

    [Fact]
    public async Task TryInstallAsync_StorageRefuses_IsLeftToTheOwner()
    {
        // No such bucket: trying again would not help.
        var replica = System.AddReplica(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Storage:Bucket"] = "absent" });
        using var rules = Rules(new SweepOptions(), System.Service<IBucketAdministration>(replica));

        await rules.StartAsync(CancellationToken.None);
        await rules.ExecuteTask!;

        Assert.True(_clock.IsIdle);
    }

    private BucketRules Rules(SweepOptions settings, IBucketAdministration? bucket = null) => new(
        bucket ?? System.Service<IBucketAdministration>(), Options.Create(settings), Options.Create(new UploadOptions()), _clock, NullLogger<BucketRules>.Instance);

    private AmazonS3Client Client() => new(
        System.S3.AccessKey, System.S3.SecretKey,
        new AmazonS3Config { ServiceURL = System.S3.Url, ForcePathStyle = true, AuthenticationRegion = System.S3.Region });

    private static async Task PutAsync(AmazonS3Client client, LifecycleRule rule) => await client.PutLifecycleConfigurationAsync(
        new PutLifecycleConfigurationRequest { BucketName = UploadSystem.Bucket, Configuration = new LifecycleConfiguration { Rules = [rule] } });

    private static async Task<List<LifecycleRule>> RulesAsync(AmazonS3Client client)
    {
        try
        {
            var answer = await client.GetLifecycleConfigurationAsync(new GetLifecycleConfigurationRequest { BucketName = UploadSystem.Bucket });
            return answer.Configuration?.Rules ?? [];
        }
        catch (AmazonS3Exception e) when (e.ErrorCode is "NoSuchLifecycleConfiguration")
        {
            return [];
        }
    }
}
