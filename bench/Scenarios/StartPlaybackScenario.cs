using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Grpc.Net.Client;
using MoviesNow.Bench.Measuring;
using MoviesNow.Delivery.V1;
using MoviesNow.Testing.Hosting;
using DeliveryPlaybackService = MoviesNow.Delivery.V1.PlaybackService;

namespace MoviesNow.Bench.Scenarios;

/// <summary>StartPlayback, warm, from the real delivery service with its rate limits: Common Access Tokens with HMAC and with ES256, against an empty RPC.</summary>
internal static class StartPlaybackScenario
{
    private const int Titles = 200;
    private const string Key = "YmVuY2gta2V5LWJlbmNoLWtleS1iZW5jaC1rZXktMDAwMDE=";

    public static async Task RunAsync(TimeSpan duration, int rounds)
    {
        await using var plain = await GrpcHost.StartPlainAsync();
        await using var host = await DeliveryHost.StartAsync();
        var titles = new string[Titles];
        for (var i = 0; i < Titles; i++)
        {
            titles[i] = await CatalogReadScenario.CreateAsync(host.Catalog.Service.As(Identity.Admin), i);
        }

        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var hmacChannel = GrpcHost.Connect(host.AddService(Hmac).Address.ToString());
        using var ecdsaChannel = GrpcHost.Connect(host.AddService(Playback("ES256", ecdsa.ExportPkcs8PrivateKeyPem())).Address.ToString());
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

    /// <summary>Settings of protected playback by HMAC.</summary>
    public static (string Name, string? Value)[] Hmac => Playback("HS256", Key);

    private static (string Name, string? Value)[] Playback(string algorithm, string key) =>
    [
        ("Delivery:Playback:Protection", "CommonAccessToken"),
        ("Delivery:Playback:CdnUrl", "https://cdn.example.com/"),
        ("Delivery:Playback:PublicUrl", "https://delivery.example.com/"),
        ("Delivery:Playback:TicketKeys:0", Key),
        ("Delivery:Playback:CommonAccessToken:Algorithm", algorithm),
        ("Delivery:Playback:CommonAccessToken:Issuer", "bench"),
        ("Delivery:Playback:CommonAccessToken:SigningKeyId", "k1"),
        ("Delivery:Playback:CommonAccessToken:Keys:k1", key),
    ];
}
