using System.Text.Json.Nodes;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Options;
using MoviesNow.Bench.Measuring;
using MoviesNow.Storage;

namespace MoviesNow.Bench.Scenarios;

/// <summary>Download URLs as Delivery signs them, by our presigner and by AWSSDK.S3's GetPreSignedURL. No server takes part.</summary>
internal static class PresignScenario
{
    /// <summary>A run is as long as the measuring of it is short.</summary>
    private const int Batch = 32;

    private static readonly StorageKey Key = StorageKey.Parse("bundles/0198c0de-7a5b-7c3d-8e9f-0123456789ab/S01.zip");
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private static readonly ResponseOverrides Overrides = new()
    {
        ContentDisposition = "attachment; filename=\"Harbour Lights S01.zip\"",
        ContentType = "application/zip",
        CacheControl = "no-store",
    };

    public static async Task RunAsync(TimeSpan duration, int rounds)
    {
        var options = new StorageOptions
        {
            Backend = StorageBackend.Aws,
            Bucket = "media",
            Region = "eu-west-1",
            AccessKeyId = "AKIAIOSFODNN7EXAMPLE",
            SecretAccessKey = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        };
        var presigner = new S3Presigner(Options.Create(options), TimeProvider.System);
        using var library = new AmazonS3Client(
            new BasicAWSCredentials(options.AccessKeyId, options.SecretAccessKey), new AmazonS3Config { RegionEndpoint = RegionEndpoint.EUWest1 });

        var theirs = Batched("AWSSDK.S3 GetPreSignedURL", () => library.GetPreSignedURL(Request(options.Bucket)));
        var ours = Batched("S3Presigner", () => presigner.Get(Key, Lifetime, Overrides));
        var tallies = await Comparison.RunAsync([theirs, ours], duration, rounds);
        Report.Print("presign", "URLs/s", ours, theirs, tallies, new JsonObject
        {
            ["bytes_per_url"] = Report.Round(tallies[ours].BytesPerRun / Batch),
            ["baseline_bytes_per_url"] = Report.Round(tallies[theirs].BytesPerRun / Batch),
        });
    }

    private static GetPreSignedUrlRequest Request(string bucket) => new()
    {
        BucketName = bucket,
        Key = Key.Value,
        Verb = HttpVerb.GET,
        Expires = TimeProvider.System.GetUtcNow().UtcDateTime + Lifetime,
        ResponseHeaderOverrides =
        {
            ContentDisposition = Overrides.ContentDisposition,
            ContentType = Overrides.ContentType,
            CacheControl = Overrides.CacheControl,
        },
    };

    private static Workload Batched(string name, Func<object> sign) => new(
        name,
        Environment.ProcessorCount,
        _ =>
        {
            for (var i = 0; i < Batch; i++)
            {
                GC.KeepAlive(sign());
            }

            return ValueTask.CompletedTask;
        },
        Batch);
}
