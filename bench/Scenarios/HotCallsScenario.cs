using System.Globalization;
using Grpc.Core;
using Grpc.Core.Interceptors;
using MoviesNow.Bench.Measuring;
using MoviesNow.Catalog.V1;
using MoviesNow.Delivery.V1;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.V1;
using Spectre.Console;
using CatalogPlayback = MoviesNow.Catalog.V1.PlaybackService.PlaybackServiceClient;
using DeliveryPlayback = MoviesNow.Delivery.V1.PlaybackService.PlaybackServiceClient;
using Links = MoviesNow.Delivery.V1.DownloadLinkService.DownloadLinkServiceClient;
using Multipart = MoviesNow.Upload.V1.MultipartUploadService.MultipartUploadServiceClient;

namespace MoviesNow.Bench.Scenarios;

/// <summary>
/// The calls that are made most: from one process of their service that takes what the machine has, for what a call costs; and from one, two and
/// three that each are held to a small part of a core, for what a replica adds. Clients, replicas, databases and Redis share the machine's cores.
/// </summary>
internal static class HotCallsScenario
{
    private const int MaxReplicas = 3;

    // So little that three of them, clients and databases do not fill two cores.
    private const double CoresEach = 0.2;

    // So many that no single key is hot in every call, and few enough to be remembered.
    private const int Titles = 200;

    private static readonly Metadata[] Viewers = GrpcWorkloads.Tokens(Identity.Viewer);
    private static readonly Metadata[] Admins = GrpcWorkloads.Tokens(Identity.Admin);

    /// <summary>Makes what calls one replica, as one of its workers.</summary>
    /// <param name="replica">The connection to it.</param>
    /// <param name="workers">How many workers it has.</param>
    private delegate Task<Func<int, Task>> Caller(CallInvoker replica, int workers);

    public static async Task RunAsync(TimeSpan duration, int rounds)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumns("call", "cores each", "replicas", "calls/s", "times one", "p50 ms", "p99 ms", "service CPU µs/call");
        await MeasureViewersAsync(table, duration);
        await MeasureTelemetryAsync(table, duration);
        await MeasureUploadAsync(table, duration);
        AnsiConsole.Write(table);
    }

    /// <summary>What viewers ask the catalogue and Delivery.</summary>
    private static async Task MeasureViewersAsync(Table table, TimeSpan duration)
    {
        await using var host = await DeliveryHost.StartAsync();
        var titles = new string[Titles];
        for (var i = 0; i < Titles; i++)
        {
            titles[i] = await CatalogReadScenario.CreateAsync(host.Catalog.Service.As(Identity.Admin), i);
        }

        var bundles = Array.ConvertAll(await host.PublishBundlesAsync(host.AddService(), Titles), bundle => bundle.Id);
        var catalog = host.Catalog.Settings;
        await AddAsync(table, "GetTitle", "Catalog", catalog, duration, Calls(replica => new TitleService.TitleServiceClient(replica), async (client, worker) =>
            await client.GetTitleAsync(new GetTitleRequest { TitleId = AnyOf(titles) }, Viewers[worker])));
        await AddAsync(table, "GetPlayback", "Catalog", catalog, duration, Calls(replica => new CatalogPlayback(replica), async (client, worker) =>
            await client.GetPlaybackAsync(new GetPlaybackRequest { TitleId = AnyOf(titles) }, Viewers[worker])));

        var delivery = host.Settings().Concat(StartPlaybackScenario.Hmac.Select(setting => KeyValuePair.Create(setting.Name, setting.Value))).ToList();
        await AddAsync(table, "GetBundleUrl", "Delivery", delivery, duration, Calls(replica => new Links(replica), async (client, worker) =>
            await client.GetBundleUrlAsync(new GetBundleUrlRequest { BundleId = AnyOf(bundles) }, Viewers[worker])));
        await AddAsync(table, "StartPlayback", "Delivery", delivery, duration, Calls(replica => new DeliveryPlayback(replica), async (client, worker) =>
            await client.StartPlaybackAsync(new StartPlaybackRequest { TitleId = AnyOf(titles) }, Viewers[worker])));
    }

    private static async Task MeasureTelemetryAsync(Table table, TimeSpan duration)
    {
        const int batch = 20;
        await using var host = await TelemetryBenchHost.StartAsync(("RateLimits:Enabled", "false"));
        await AddAsync(table, "SendHeartbeat", "Telemetry", host.Settings, duration, Players((players, worker) => players.HeartbeatAsync(worker)));
        await AddAsync(table, $"AppendEvents, {batch} events", "Telemetry", host.Settings, duration, Players((players, worker) => players.AppendAsync(worker, batch)));
    }

    private static async Task MeasureUploadAsync(Table table, TimeSpan duration)
    {
        const int parts = 10;
        await using var host = await UploadHost.StartAsync();
        var request = new PresignPartsRequest { UploadId = await host.CreateUploadAsync(), PartNumbers = { Enumerable.Range(1, parts) } };
        await AddAsync(table, $"PresignParts, {parts} parts", "Upload", host.Settings, duration, Calls(replica => new Multipart(replica), async (client, worker) =>
            await client.PresignPartsAsync(request, Admins[worker])));
    }

    private static Caller Calls<TClient>(Func<CallInvoker, TClient> connect, Func<TClient, int, Task> call) => (replica, _) =>
    {
        var client = connect(replica);
        return Task.FromResult<Func<int, Task>>(worker => call(client, worker));
    };

    private static Caller Players(Func<EventPlayers, int, Task> call) => async (replica, workers) =>
    {
        var players = await EventPlayers.StartAsync(replica, replica.Intercept(_ => Viewers[0]), workers);
        return worker => call(players, worker);
    };

    private static async Task AddAsync(
        Table table, string call, string service, IEnumerable<KeyValuePair<string, string?>> settings, TimeSpan duration, Caller caller)
    {
        await AddAsync(table, call, service, settings, duration, caller, count: 1, coresEach: null, alone: 0);
        var alone = 0.0;
        for (var count = 1; count <= MaxReplicas; count++)
        {
            var rate = await AddAsync(table, call, service, settings, duration, caller, count, CoresEach, alone);
            alone = count == 1 ? rate : alone;
        }
    }

    private static async Task<double> AddAsync(
        Table table, string call, string service, IEnumerable<KeyValuePair<string, string?>> settings, TimeSpan duration, Caller caller,
        int count, double? coresEach, double alone)
    {
        await using var replicas = await ReplicaSet.StartAsync(service, settings, count);
        var workers = GrpcWorkloads.Workers / count;
        var callers = new List<Func<int, Task>>();
        foreach (var channel in replicas.Channels)
        {
            callers.Add(await caller(channel.CreateCallInvoker(), workers));
        }

        // A replica that suddenly has less of the processor may miss a deadline to what it depends on.
        var workload = new Workload(call, workers * count, async worker => await Eventually.SucceedsAsync(async () =>
        {
            await callers[worker % count](worker / count);
            return true;
        }));
        var (tally, microseconds) = await replicas.MeasureAsync(workload, duration, coresEach);
        table.AddRow(
            call, coresEach is { } cores ? Text(cores, 2) : "all", Text(count, 0), Text(tally.Rate, 0), count > 1 ? Text(tally.Rate / alone, 2) : "",
            Text(tally.Percentile(0.5), 1), Text(tally.Percentile(0.99), 1), Text(microseconds, 1));
        return tally.Rate;
    }

    private static string AnyOf(string[] ids) => ids[Random.Shared.Next(ids.Length)];

    private static string Text(double value, int digits) => value.ToString($"N{digits}", CultureInfo.InvariantCulture);
}
