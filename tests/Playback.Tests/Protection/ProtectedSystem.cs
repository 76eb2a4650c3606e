extern alias delivery;

using System.Net;
using delivery::MoviesNow.Delivery.Playback;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using MoviesNow.Catalog.Playback;
using MoviesNow.Catalog.V1;
using MoviesNow.LocalS3;
using MoviesNow.Playback.Tests.Harness;
using MoviesNow.Playback.Tests.Playing;
using MoviesNow.ServiceDefaults.Migrations;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using Npgsql;

namespace MoviesNow.Playback.Tests.Protection;

/// <summary>Catalogue, Delivery, the private bucket with a ladder, nginx in front of it, and a page with the player: all as in production.</summary>
internal sealed class ProtectedSystem : IAsyncDisposable
{
    private const string Bucket = "media";
    private const string Secret = "a-secret-of-nginx-for-tests-0123456789";

    private readonly PostgresFixture _postgres = new();
    private readonly GarnetFixture _garnet = new();
    private LocalS3Host _bucket = null!;
    private ServiceFactory<PlaybackStore> _catalog = null!;
    private ServiceFactory<PlaybackOptions> _delivery = null!;
    private WebApplication _site = null!;

    public NginxEdge Nginx { get; private set; } = null!;

    public string TitleId { get; private set; } = null!;

    /// <summary>Where the page is.</summary>
    public string Page => _site.Urls.First();

    public MoviesNow.Delivery.V1.PlaybackService.PlaybackServiceClient Playback => new(_delivery.As(identity: null));

    /// <summary>Starts everything, with the ladder of a folder as a published film.</summary>
    public static async Task<ProtectedSystem> StartAsync(Ladder ladder)
    {
        var system = new ProtectedSystem();
        try
        {
            await system._postgres.InitializeAsync();
            await system._garnet.InitializeAsync();
            system._bucket = await LocalS3Host.StartAsync(options => (options.Fsync, options.Buckets) = (false, [Bucket]));
            system.Nginx = await NginxEdge.StartAsync(system._bucket, Bucket, ("k1", Secret));
            await system.StartServicesAsync();
            await system.StartSiteAsync();
            await system.PublishAsync(ladder);
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    /// <summary>The playlist of a grant where this test's service listens.</summary>
    public string PlaylistOf(MoviesNow.Delivery.V1.PlaybackGrant grant) => new Uri(_delivery.WebAddress, new Uri(grant.PlaylistUrl).AbsolutePath).ToString();

    public async ValueTask DisposeAsync()
    {
        // Some are not there when the start failed.
        foreach (var part in (IAsyncDisposable?[])[_site, _delivery, _catalog, Nginx, _bucket])
        {
            await (part?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        await _garnet.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    private async Task StartServicesAsync()
    {
        var database = await _postgres.CreateDatabaseAsync();
        await using (var source = NpgsqlDataSource.Create($"{database};Pooling=false"))
        {
            await new MigrationRunner(source, NullLogger<MigrationRunner>.Instance).RunAsync(MigrationScript.ReadFrom(typeof(PlaybackStore).Assembly), CancellationToken.None);
        }

        _catalog = new ServiceFactory<PlaybackStore>(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:catalogdb"] = database,
            ["ConnectionStrings:redis"] = _garnet.ConnectionString,
        });
        _delivery = new ServiceFactory<PlaybackOptions>(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:redis"] = _garnet.ConnectionString,
            ["services:catalog:grpc:0"] = _catalog.Address.ToString(),
            ["Storage:Backend"] = "LocalS3",
            ["Storage:ServiceUrl"] = _bucket.Url,
            ["Storage:Bucket"] = Bucket,
            ["Storage:AccessKeyId"] = _bucket.AccessKey,
            ["Storage:SecretAccessKey"] = _bucket.SecretKey,
            ["Cors:AllowLoopback"] = "true",
            ["Delivery:Playback:Protection"] = "SecureLink",
            ["Delivery:Playback:CdnUrl"] = Nginx.Address.ToString(),
            ["Delivery:Playback:PublicUrl"] = "http://127.0.0.1/",
            ["Delivery:Playback:TicketKeys:0"] = "cGxheWJhY2stdGlja2V0cy1wbGF5YmFjay10aWNrZXRzLTE=",
            ["Delivery:Playback:MinTtlSeconds"] = "1",
            ["Delivery:Playback:BindAddress"] = "true",
            ["Delivery:Playback:SecureLink:SigningKeyId"] = "k1",
            ["Delivery:Playback:SecureLink:Keys:k1"] = Secret,
        });
    }

    private async Task StartSiteAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        // The settings of the programs beside which this one lies are theirs.
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _site = builder.Build();
        _site.MapGet("/", () => Results.File(Path.Combine(Players.Folder, "index.html"), "text/html"));
        _site.MapGet("/player.js", () => Results.File(Path.Combine(Players.Folder, "dist/player.js"), "text/javascript"));
        await _site.StartAsync();
    }

    private async Task PublishAsync(Ladder ladder)
    {
        var admin = _catalog.As(Identity.Admin);
        var titles = new TitleService.TitleServiceClient(admin);
        TitleId = (await titles.CreateTitleAsync(new CreateTitleRequest { Kind = TitleKind.Movie, Name = "A test picture", OriginalLanguage = "en" })).Title.Id;
        var id = Guid.CreateVersion7();
        var prefix = $"hls/{TitleId}/package_{id}/";
        using (var s3 = Edge.Client(_bucket))
        {
            await Edge.PutFolderAsync(s3, Bucket, ladder.Folder, prefix);
        }

        var rows = ladder.Rows();
        await new PackageService.PackageServiceClient(_catalog.As(Identity.Service)).PublishPackageAsync(new PublishPackageRequest
        {
            PackageId = id.ToString(),
            Revision = 1,
            Scope = new AssetScope { TitleId = TitleId },
            Video = new PackageObject { StorageKey = $"{prefix}ffmpeg.m3u8", MimeType = "application/vnd.apple.mpegurl", SizeBytes = 100, Sha256 = new string('a', 64) },
            Variants = { rows.Streamable.Concat(rows.AudioOnly).Select(row => Recorded(row, rows.Folder, prefix)) },
        });
        await titles.PublishTitleAsync(new PublishTitleRequest { TitleId = TitleId });
    }

    private static StreamVariant Recorded(StreamVariant row, string folder, string prefix)
    {
        var variant = row.Clone();
        variant.Id = "";
        variant.Label = row.Id;
        // The last segment of audio is short, so its average may be above the peak of the long ones.
        variant.AverageBandwidthBps = Math.Min(row.AverageBandwidthBps, row.PeakBandwidthBps);
        variant.Tier = row.IsAudioOnly ? QualityTier.Other : row.Tier;
        variant.DrmSystem = DrmSystem.None;
        variant.StorageKey = prefix + row.StorageKey[folder.Length..];
        return variant;
    }
}
