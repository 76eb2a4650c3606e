using System.Globalization;
using System.Text.Json.Nodes;
using MoviesNow.Bench.Measuring;
using MoviesNow.Delivery.V1;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Bench.Scenarios;

/// <summary>Download links, warm, from the real delivery service with its rate limits and without quotas, against an empty RPC.</summary>
internal static class LinksScenario
{
    // So many that no single key is hot in every call, and few enough to be remembered.
    private const int Bundles = 200;

    /// <summary>As many as a call may ask for.</summary>
    private const int Batch = 50;

    /// <summary>Answers of half a hundred links are made by few: many at once would measure the memory.</summary>
    private const int BatchWorkers = 8;

    /// <summary>As long as the catalogue's answers are fresh: an empty RPC's turn lets them grow old, and this one is to be warm.</summary>
    public static readonly TimeSpan LeadIn = TimeSpan.FromSeconds(1);

    /// <summary>The share of what the service can do at which latencies are compared.</summary>
    private const double SteadyShare = 0.25;

    /// <summary>GetBundleUrl: how many calls it answers, and how long they take at a load that an empty RPC has, too.</summary>
    public static async Task RunBundleUrlAsync(TimeSpan duration, int rounds)
    {
        await using var plain = await GrpcHost.StartPlainAsync();
        await using var host = await DeliveryHost.StartAsync();
        var service = host.AddService();
        var bundles = await host.PublishBundlesAsync(service, Bundles);
        using var channel = GrpcHost.Connect(service.Address.ToString());
        var links = new DownloadLinkService.DownloadLinkServiceClient(channel);
        var viewers = GrpcWorkloads.Tokens(Identity.Viewer);
        var empty = GrpcWorkloads.Empty(plain);
        var warm = new Workload("GetBundleUrl, warm", GrpcWorkloads.Workers, async worker =>
            await links.GetBundleUrlAsync(new GetBundleUrlRequest { BundleId = Any(bundles).Id }, viewers[worker]))
        { LeadIn = LeadIn };
        var tallies = await Comparison.RunAsync([empty, warm], duration, rounds);
        var rate = tallies[warm].Rate * SteadyShare;
        var steady = await SteadyLoad.RunAsync([empty, warm], rate, duration, rounds);
        var (emptyP99, warmP99) = (steady[empty].Milliseconds(0.99), steady[warm].Milliseconds(0.99));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"At {rate:N0} calls/s each: p99 {emptyP99:N3} ms of the empty RPC, {warmP99:N3} ms of GetBundleUrl, {warmP99 / emptyP99:N2} times as long."));
        Report.Print("bundle-url", "calls/s", warm, empty, tallies, new JsonObject
        {
            ["steady_rate"] = Report.Round(rate),
            ["steady_p99_ms"] = Report.Round(warmP99),
            ["steady_baseline_p99_ms"] = Report.Round(emptyP99),
            ["steady_p99_ratio"] = Report.Round(warmP99 / emptyP99),
        });
    }

    /// <summary>BatchGetDownloadUrls, fifty a call.</summary>
    public static async Task RunBatchAsync(TimeSpan duration, int rounds)
    {
        await using var plain = await GrpcHost.StartPlainAsync();
        await using var host = await DeliveryHost.StartAsync();
        var service = host.AddService();
        var bundles = await host.PublishBundlesAsync(service, Bundles);
        using var channel = GrpcHost.Connect(service.Address.ToString());
        var links = new DownloadLinkService.DownloadLinkServiceClient(channel);
        var viewers = GrpcWorkloads.Tokens(Identity.Viewer);
        var requests = bundles.Chunk(Batch).Select(chunk => new BatchGetDownloadUrlsRequest
        {
            Requests = { chunk.Select(bundle => new GetDownloadUrlRequest { StorageKey = bundle.StorageKey }) },
        }).ToArray();
        var empty = GrpcWorkloads.Empty(plain);
        var batch = new Workload($"BatchGetDownloadUrls, {Batch} URLs", BatchWorkers, async worker =>
            await links.BatchGetDownloadUrlsAsync(Any(requests), viewers[worker]), Batch);
        Report.Print("batch-urls", "URLs/s", batch, empty, await Comparison.RunAsync([empty, batch], duration, rounds));
    }

    private static T Any<T>(T[] values) => values[Random.Shared.Next(values.Length)];
}
