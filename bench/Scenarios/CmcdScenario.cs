extern alias telemetry;

using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using MoviesNow.Bench.Measuring;
using MoviesNow.ServiceDefaults.Migrations;
using MoviesNow.Telemetry.V1;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using Npgsql;
using telemetry::MoviesNow.Telemetry;

namespace MoviesNow.Bench.Scenarios;

/// <summary>A player's report, as hls.js sends it every few seconds, durable when it is answered; against a POST of the same body that does nothing.</summary>
internal static class CmcdScenario
{
    private static readonly MediaTypeHeaderValue Type = new("application/cmcd");

    public static async Task RunAsync(TimeSpan duration, int rounds)
    {
        await using var postgres = await TestPostgres.StartNewAsync();
        await using var garnet = await TestGarnet.StartNewAsync();
        var database = await postgres.CreateDatabaseAsync();
        await using (var source = NpgsqlDataSource.Create(database))
        {
            await new MigrationRunner(source, NullLogger<MigrationRunner>.Instance).RunAsync(MigrationScript.ReadFrom(typeof(TelemetryOptions).Assembly), CancellationToken.None);
        }

        await using var service = Service(database, garnet);
        await using var plain = await StartPlainAsync();
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var players = new Player[GrpcWorkloads.Workers];
        var sessions = new PlaybackSessionService.PlaybackSessionServiceClient(service.As(Identity.Service));
        for (var i = 0; i < players.Length; i++)
        {
            var title = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString();
            players[i] = new Player(title, await sessions.StartSessionAsync(new() { Content = new() { TitleId = title } }), service.WebAddress);
        }

        var empty = new Workload("empty POST", players.Length, async worker => await SendAsync(client, new Uri(plain.Urls.First()), players[worker].Report()));
        var report = new Workload("report", players.Length, async worker => await SendAsync(client, players[worker].Target, players[worker].Report()));
        var tallies = await Comparison.RunAsync([empty, report], duration, rounds);
        Report.Print("cmcd", "POSTs/s", report, empty, tallies, new JsonObject { ["report_bytes"] = players[0].Report().Length });
    }

    private static async Task SendAsync(HttpClient client, Uri target, byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new ByteArrayContent(body) { Headers = { ContentType = Type } } };
        using var answer = await client.SendAsync(request);
        if (answer.StatusCode is not HttpStatusCode.NoContent)
        {
            throw new InvalidOperationException($"Answered with {(int)answer.StatusCode}.");
        }
    }

    private static ServiceFactory<TelemetryOptions> Service(string database, TestGarnet garnet) => new(new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["ConnectionStrings:telemetrydb"] = database,
        ["ConnectionStrings:redis"] = garnet.ConnectionString,
        ["Telemetry:SessionTokenKey"] = "YmVuY2gta2V5LWJlbmNoLWtleS1iZW5jaC1rZXktMDAwMDE=",
        ["Telemetry:IpSalt"] = "YmVuY2gtc2FsdC1iZW5jaA==",
        ["RateLimits:Enabled"] = "true",
        ["RateLimits:WritesPerMinute"] = "1000000",
        ["RateLimits:Methods:CmcdEndpoint.Report:PermitsPerMinute"] = "1000000",
        ["Logging:LogLevel:Default"] = "Warning",
    });

    private static async Task<WebApplication> StartPlainAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        // The settings of the programs beside which this one lies are theirs.
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1));
        var app = builder.Build();
        app.MapPost("/", () => Results.NoContent());
        await app.StartAsync();
        return app;
    }

    /// <summary>A player: its reports are numbered, and its playhead moves on.</summary>
    private sealed class Player(string title, StartSessionResponse session, Uri collector)
    {
        private const int MaxPositionMs = 86_400_000;

        private int _number;

        public Uri Target { get; } = new(collector, $"/cmcd?session={session.SessionId}&token={session.SessionToken}");

        public byte[] Report()
        {
            var (number, time) = (_number++, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
            return Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture,
                $"bl=(12400;v 11800;a),br=(3200;v 128;a),cid=\"{title}\",e=t,mtp=(48100;v),pb=(3200;v 128;a),pt={number * 10L % MaxPositionMs},sf=h,sid=\"{session.SessionId}\",sn={number},st=v,sta=p,tb=(6000;v 128;a),ts={time},v=2"));
        }
    }
}
