extern alias delivery;

using System.Security.Cryptography;
using System.Text.Json.Nodes;
using delivery::MoviesNow.Delivery.Playback;
using Grpc.Net.Client;
using MoviesNow.Bench.Measuring;
using MoviesNow.Delivery.V1;
using MoviesNow.LocalS3;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using DeliveryPlaybackService = MoviesNow.Delivery.V1.PlaybackService;

namespace MoviesNow.Bench.Scenarios;

/// <summary>StartPlayback, warm, from the real delivery service with its rate limits: Common Access Tokens with HMAC and with ES256, against an empty RPC.</summary>
internal static class StartPlaybackScenario
{
    private const int Titles = 200;
    private const string Bucket = "media";
    private const string Key = "YmVuY2gta2V5LWJlbmNoLWtleS1iZW5jaC1rZXktMDAwMDE=";

    public static async Task RunAsync(TimeSpan duration, int rounds)
    {
        await using var plain = await GrpcHost.StartPlainAsync();
        await using var catalog = await CatalogHost.StartAsync();
        await using var garnet = await TestGarnet.StartNewAsync();
        await using var s3 = await LocalS3Host.StartAsync(options => options.Buckets = [Bucket]);
        var titles = new string[Titles];
        for (var i = 0; i < Titles; i++)
        {
            titles[i] = await CatalogReadScenario.CreateAsync(catalog.Service.As(Identity.Admin), i);
        }

        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var hmacService = Service(catalog, garnet, s3, "HS256", Key);
        await using var ecdsaService = Service(catalog, garnet, s3, "ES256", ecdsa.ExportPkcs8PrivateKeyPem());
        using var hmacChannel = GrpcHost.Connect(hmacService.Address.ToString());
        using var ecdsaChannel = GrpcHost.Connect(ecdsaService.Address.ToString());
        var empty = GrpcWorkloads.Empty(plain);
        var (hmac, signed) = (Start("StartPlayback, HMAC", hmacChannel, titles), Start("StartPlayback, ES256", ecdsaChannel, titles));
        var tallies = await Comparison.RunAsync([empty, hmac, signed], duration, rounds);
        Report.Print("start-playback", "calls/s", hmac, empty, tallies, new JsonObject
        {
            ["es256_rate"] = Report.Round(tallies[signed].Rate),
            ["es256_ratio"] = Report.Round(tallies[signed].Rate / tallies[empty].Rate),
        });
    }

    private static Workload Start(string name, GrpcChannel channel, string[] titles)
    {
        var playback = new DeliveryPlaybackService.PlaybackServiceClient(channel);
        var viewers = GrpcWorkloads.Tokens(Identity.Viewer);
        return new Workload(name, GrpcWorkloads.Workers, async worker => await playback.StartPlaybackAsync(
            new StartPlaybackRequest { TitleId = titles[Random.Shared.Next(titles.Length)] }, viewers[worker]));
    }

    private static ServiceFactory<PlaybackOptions> Service(CatalogHost catalog, TestGarnet garnet, LocalS3Host s3, string algorithm, string key) =>
        new(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:redis"] = garnet.ConnectionString,
            ["services:catalog:grpc:0"] = catalog.Service.Address.ToString(),
            ["Storage:Backend"] = "LocalS3",
            ["Storage:ServiceUrl"] = s3.Url,
            ["Storage:Bucket"] = Bucket,
            ["Storage:Region"] = s3.Region,
            ["Storage:AccessKeyId"] = s3.AccessKey,
            ["Storage:SecretAccessKey"] = s3.SecretKey,
            ["RateLimits:Enabled"] = "true",
            ["RateLimits:WritesPerMinute"] = "1000000",
            ["Logging:LogLevel:Default"] = "Warning",
            ["Delivery:Playback:Protection"] = "CommonAccessToken",
            ["Delivery:Playback:CdnUrl"] = "https://cdn.example.com/",
            ["Delivery:Playback:PublicUrl"] = "https://delivery.example.com/",
            ["Delivery:Playback:TicketKeys:0"] = Key,
            ["Delivery:Playback:CommonAccessToken:Algorithm"] = algorithm,
            ["Delivery:Playback:CommonAccessToken:Issuer"] = "bench",
            ["Delivery:Playback:CommonAccessToken:SigningKeyId"] = "k1",
            ["Delivery:Playback:CommonAccessToken:Keys:k1"] = key,
        });
}
