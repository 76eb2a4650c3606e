extern alias delivery;
extern alias telemetry;
extern alias upload;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MoviesNow.Catalog.Playback;
using MoviesNow.LocalS3;
using MoviesNow.Playback.Tests.Protection;
using MoviesNow.ServiceDefaults.Migrations;
using MoviesNow.Storage;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using Npgsql;
using DeliveryFactory = MoviesNow.Testing.Hosting.ServiceFactory<delivery::Program>;
using TelemetryFactory = MoviesNow.Testing.Hosting.ServiceFactory<telemetry::MoviesNow.Telemetry.TelemetryOptions>;
using UploadFactory = MoviesNow.Testing.Hosting.ServiceFactory<upload::MoviesNow.Upload.Uploads.UploadOptions>;

namespace MoviesNow.Site.Tests.Harness;

/// <summary>Catalog, Upload, Delivery and Telemetry, the private bucket, nginx in front of it, and the site: all as in production.</summary>
internal sealed class SiteSystem : IAsyncDisposable
{
    public const string CountryHeader = "cf-ipcountry";
    private const string Bucket = "media";
    private const string Secret = "a-secret-of-nginx-for-tests-0123456789";

    private readonly PostgresFixture _postgres = new();
    private readonly GarnetFixture _garnet = new();
    private readonly Gate _catalogGate = new();
    private readonly Gate _deliveryGate = new();
    private readonly Gate _telemetryGate = new();
    private LocalS3Host _bucket = null!;
    private NginxEdge _nginx = null!;
    private UploadFactory _upload = null!;
    private DeliveryFactory _delivery = null!;
    private TelemetryFactory _telemetry = null!;
    private Dictionary<string, string?> _telemetrySettings = null!;
    private SiteProcess _site = null!;

    public ServiceFactory<PlaybackStore> Catalog { get; private set; } = null!;

    public NpgsqlDataSource CatalogDatabase { get; private set; } = null!;

    public NpgsqlDataSource TelemetryDatabase { get; private set; } = null!;

    /// <summary>Where the site is, ending in <c>/</c>.</summary>
    public Uri Site => _site.Address;

    public Uri Cdn => _nginx.Address;

    /// <summary>Where an administrator's command line finds the services, and how it proves who it is.</summary>
    public IReadOnlyDictionary<string, string> CommandLine => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["services__catalog__grpc__0"] = $"{Catalog.Address}",
        ["services__upload__grpc__0"] = $"{_upload.Address}",
        ["Auth__LocalSigningKey"] = Identity.SigningKey,
    };

    public IObjectStore Objects => _delivery.Services.GetRequiredService<IObjectStore>();

    public Grpc.Core.CallInvoker Delivery(Identity? identity) => _delivery.As(identity);

    public Grpc.Core.CallInvoker Telemetry(Identity identity) => _telemetry.As(identity);

    public static async Task<SiteSystem> StartAsync()
    {
        var system = new SiteSystem();
        try
        {
            var built = SiteProcess.BuildAsync();
            await system.StartServicesAsync();
            system._site = await SiteProcess.ServeAsync(await built, new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["MOVIESNOW_CATALOG_URL"] = system._catalogGate.Address,
                ["MOVIESNOW_DELIVERY_URL"] = system._deliveryGate.Address,
                ["MOVIESNOW_TELEMETRY_URL"] = system._telemetryGate.Address,
                ["MOVIESNOW_MEDIA_URL"] = $"{system.Cdn}",
            });
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the service, as a crash does: connections break, and its address answers nobody.</summary>
    public async Task KillTelemetryAsync()
    {
        _telemetryGate.Close();
        await _telemetry.DisposeAsync();
    }

    /// <summary>Starts it again on the same database.</summary>
    public void StartTelemetry()
    {
        _telemetry = new TelemetryFactory(_telemetrySettings);
        _telemetryGate.Open(_telemetry.WebAddress);
    }

    /// <summary>Lets nobody reach the catalogue until it is reachable again.</summary>
    public void CutCatalog() => _catalogGate.Close();

    public void RestoreCatalog() => _catalogGate.Open(Catalog.WebAddress);

    public async ValueTask DisposeAsync()
    {
        // Some are not there when the start failed.
        IAsyncDisposable?[] parts =
            [_site, _telemetryGate, _deliveryGate, _catalogGate, _telemetry, _delivery, _upload, Catalog, _nginx, _bucket, CatalogDatabase, TelemetryDatabase];
        foreach (var part in parts)
        {
            await (part?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        await _garnet.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    private async Task StartServicesAsync()
    {
        await _postgres.InitializeAsync();
        await _garnet.InitializeAsync();
        _bucket = await LocalS3Host.StartAsync(options => (options.Fsync, options.Buckets) = (false, [Bucket]));
        _nginx = await NginxEdge.StartAsync(_bucket, Bucket, ("k1", Secret));

        var catalog = await DatabaseAsync(typeof(PlaybackStore));
        CatalogDatabase = NpgsqlDataSource.Create(catalog);
        (string, string?)[] storage =
        [
            ("Storage:Backend", "LocalS3"),
            ("Storage:ServiceUrl", _bucket.Url),
            ("Storage:Bucket", Bucket),
            ("Storage:Region", _bucket.Region),
            ("Storage:AccessKeyId", _bucket.AccessKey),
            ("Storage:SecretAccessKey", _bucket.SecretKey),
        ];
        Catalog = new ServiceFactory<PlaybackStore>(Settings([("ConnectionStrings:catalogdb", catalog), .. storage]));
        _catalogGate.Open(Catalog.WebAddress);

        _upload = new UploadFactory(Settings(
        [
            ("ConnectionStrings:uploaddb", await DatabaseAsync(typeof(upload::MoviesNow.Upload.Uploads.UploadOptions))),
            ("services:catalog:grpc:0", $"{Catalog.Address}"),
            ("Upload:Sweep:Enabled", "false"),
            .. storage,
        ]));

        _delivery = new DeliveryFactory(Settings(
        [
            ("services:catalog:grpc:0", $"{Catalog.Address}"),
            .. storage,
            ("Delivery:Playback:Protection", "SecureLink"),
            ("Delivery:Playback:CdnUrl", $"{_nginx.Address}"),
            ("Delivery:Playback:PublicUrl", $"{_deliveryGate.Address}/"),
            ("Delivery:Playback:TicketKeys:0", "cGxheWJhY2stdGlja2V0cy1wbGF5YmFjay10aWNrZXRzLTE="),
            ("Delivery:Playback:MinTtlSeconds", "1"),
            // Renewed after four seconds: within the film.
            ("Delivery:Playback:DefaultTtlSeconds", "6"),
            ("Delivery:Playback:SecureLink:SigningKeyId", "k1"),
            ("Delivery:Playback:SecureLink:Keys:k1", Secret),
        ]));
        _deliveryGate.Open(_delivery.WebAddress);

        var telemetry = await DatabaseAsync(typeof(telemetry::MoviesNow.Telemetry.TelemetryOptions));
        TelemetryDatabase = NpgsqlDataSource.Create(telemetry);
        _telemetrySettings = Settings(
            ("ConnectionStrings:telemetrydb", telemetry),
            ("Telemetry:SessionTokenKey", "dGVsZW1ldHJ5LXRlc3RzLXNlc3Npb24tdG9rZW4tMDE="),
            ("Telemetry:IpSalt", "dGVsZW1ldHJ5LXNhbHQtMDE="),
            ("Telemetry:AllowAnonymous", "true"),
            ("Telemetry:HeartbeatInterval", "00:00:10"));
        StartTelemetry();
    }

    private async Task<string> DatabaseAsync(Type service)
    {
        var connectionString = await _postgres.CreateDatabaseAsync();
        await using var source = NpgsqlDataSource.Create($"{connectionString};Pooling=false");
        await new MigrationRunner(source, NullLogger<MigrationRunner>.Instance).RunAsync(MigrationScript.ReadFrom(service.Assembly), CancellationToken.None);
        return connectionString;
    }

    private Dictionary<string, string?> Settings(params (string Key, string? Value)[] more)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:redis"] = _garnet.ConnectionString,
            ["Cors:AllowLoopback"] = "true",
            ["Proxies:TrustedNetworks:0"] = "127.0.0.0/8",
            ["Proxies:CountryHeaders:0"] = CountryHeader,
        };
        foreach (var (key, value) in more)
        {
            settings[key] = value;
        }

        return settings;
    }
}
