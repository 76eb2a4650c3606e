extern alias telemetry;

using Microsoft.Extensions.Logging.Abstractions;
using MoviesNow.Playback.Tests.Playing;
using MoviesNow.ServiceDefaults.Migrations;
using MoviesNow.Telemetry.V1;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using Npgsql;
using telemetry::MoviesNow.Telemetry;

namespace MoviesNow.Playback.Tests.Cmcd;

/// <summary>A ladder as HLS and as DASH behind a CDN that logs, pages with players, and the telemetry service that collects.</summary>
public sealed class CmcdSystem : IAsyncLifetime
{
    private readonly PostgresFixture _postgres = new();
    private readonly GarnetFixture _garnet = new();
    private readonly DirectoryInfo _dash = Directory.CreateTempSubdirectory("moviesnow-dash-");
    private ServiceFactory<TelemetryOptions> _telemetry = null!;

    public PlayFixture Play { get; } = new();

    internal LoggingEdge Cdn { get; private set; } = null!;

    /// <summary>Where players send events.</summary>
    public Uri Collector => _telemetry.WebAddress;

    /// <summary>Where a command finds the service.</summary>
    public Dictionary<string, string> Variables => new(StringComparer.Ordinal)
    {
        ["services__telemetry__grpc__0"] = _telemetry.Address.ToString(),
        ["Auth__LocalSigningKey"] = Identity.SigningKey,
    };

    /// <summary>The service as its collectors call it.</summary>
    internal PlaybackSessionService.PlaybackSessionServiceClient Sessions => new(_telemetry.As(Identity.Service));

    /// <summary>What a player plays, through the CDN.</summary>
    public string Manifest(string player)
    {
        var playlist = new Uri(Play.Playlist);
        return Cdn.Address + (player is "dash" ? playlist.AbsolutePath.Replace("index.m3u8", "dash/manifest.mpd", StringComparison.Ordinal) : playlist.AbsolutePath);
    }

    public async Task InitializeAsync()
    {
        await Task.WhenAll(_postgres.InitializeAsync(), _garnet.InitializeAsync(), Play.InitializeAsync());
        await MakeDashAsync();
        Cdn = await LoggingEdge.StartAsync(Play.Address);
        var database = await _postgres.CreateDatabaseAsync();
        await using (var source = NpgsqlDataSource.Create(database))
        {
            await new MigrationRunner(source, NullLogger<MigrationRunner>.Instance).RunAsync(MigrationScript.ReadFrom(typeof(TelemetryOptions).Assembly), CancellationToken.None);
        }

        _telemetry = new ServiceFactory<TelemetryOptions>(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:telemetrydb"] = database,
            ["ConnectionStrings:redis"] = _garnet.ConnectionString,
            ["Telemetry:SessionTokenKey"] = "dGVsZW1ldHJ5LXRlc3RzLXNlc3Npb24tdG9rZW4tMDE=",
            ["Telemetry:IpSalt"] = "dGVsZW1ldHJ5LXNhbHQtMDE=",
            ["Cors:AllowedOrigins:0"] = Cdn.Address,
        });
    }

    public async Task DisposeAsync()
    {
        await _telemetry.DisposeAsync();
        await Cdn.DisposeAsync();
        await Play.DisposeAsync();
        await _garnet.DisposeAsync();
        await _postgres.DisposeAsync();
        _dash.Delete(recursive: true);
    }

    /// <summary>The same media with a DASH manifest: dash.js plays no HLS.</summary>
    private async Task MakeDashAsync()
    {
        string[] sources = ["480p", "720p", "en"];
        string[] inputs = [.. sources.SelectMany(name => new[] { "-i", Path.Combine(Play.Ladder.Folder, name, "index.m3u8") })];
        await Tool.RunAsync(
            "ffmpeg", _dash.FullName,
            ["-hide_banner", "-loglevel", "error", .. inputs, "-map", "0:v", "-map", "1:v", "-map", "2:a", "-c", "copy", "-f", "dash", "-seg_duration", "2", "-adaptation_sets", "id=0,streams=v id=1,streams=a", "manifest.mpd"]);
        await Play.AddAsync(_dash.FullName, "dash");
    }
}
