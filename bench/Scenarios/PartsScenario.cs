using System.Text.Json.Nodes;
using MoviesNow.Bench.Measuring;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.V1;

namespace MoviesNow.Bench.Scenarios;

/// <summary>Part URLs from the real upload service with its database, Redis, catalogue and bucket, against an empty RPC.</summary>
internal static class PartsScenario
{
    // Answers of a megabyte are made by few: many at once would measure the memory.
    private const int FewWorkers = 8;
    private const int Batch = 100;

    /// <summary>As few as the players of small files ask for.</summary>
    public static Task RunFewAsync(TimeSpan duration, int rounds) => RunAsync("part-urls", parts: 10, GrpcWorkloads.Workers, duration, rounds);

    /// <summary>A hundred a call.</summary>
    public static Task RunAsync(TimeSpan duration, int rounds) => RunAsync("parts", Batch, FewWorkers, duration, rounds);

    /// <summary>As many as a call may ask for.</summary>
    public static Task RunManyAsync(TimeSpan duration, int rounds) => RunAsync("part-urls-1000", parts: 1_000, FewWorkers, duration, rounds);

    /// <summary>A hundred a call, against Uppy Companion, which neither knows callers nor sessions and asks nobody before it signs.</summary>
    public static async Task RunCompanionAsync(TimeSpan duration, int rounds)
    {
        await using var host = await UploadHost.StartAsync();
        await using var companion = await CompanionProcess.StartAsync(host.S3, UploadHost.Bucket);
        var theirs = new Workload("Uppy Companion", FewWorkers, async _ => await companion.SignAsync("originals/film.mp4", "upload", Batch), Batch);
        var presign = await PresignAsync(host, Batch, FewWorkers, unitsPerRun: Batch);
        Report.Print("companion", "URLs/s", presign, theirs, await Comparison.RunAsync([theirs, presign], duration, rounds));
    }

    private static async Task RunAsync(string scenario, int parts, int workers, TimeSpan duration, int rounds)
    {
        await using var host = await UploadHost.StartAsync();
        await using var plain = await GrpcHost.StartPlainAsync();
        var empty = GrpcWorkloads.Empty(plain);
        var presign = await PresignAsync(host, parts, workers);
        var tallies = await Comparison.RunAsync([empty, presign], duration, rounds);
        Report.Print(scenario, "calls/s", presign, empty, tallies, new JsonObject { ["urls_per_second"] = Report.Round(tallies[presign].Rate * parts) });
    }

    private static async Task<Workload> PresignAsync(UploadHost host, int parts, int workers, int unitsPerRun = 1)
    {
        var request = new PresignPartsRequest { UploadId = await host.CreateUploadAsync(), PartNumbers = { Enumerable.Range(1, parts) } };
        var client = new MultipartUploadService.MultipartUploadServiceClient(host.Upload.As(Identity.Admin));
        return new Workload($"PresignParts, {parts} parts", workers, async _ => await client.PresignPartsAsync(request), unitsPerRun);
    }
}
