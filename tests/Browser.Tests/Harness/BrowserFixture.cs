using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Playwright;
using MoviesNow.Catalog.Titles;
using MoviesNow.Delivery.Links;
using MoviesNow.LocalS3;
using MoviesNow.ServiceDefaults.Migrations;
using MoviesNow.Storage;
using MoviesNow.Telemetry;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.Uploads;
using Npgsql;

namespace MoviesNow.Browser.Tests.Harness;

/// <summary>A browser, its page, and running services: Catalog, Telemetry, Upload and Delivery as they are, and one whose stream a test controls.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private const string Bucket = "media";

    private readonly PostgresFixture _postgres = new();
    private readonly GarnetFixture _garnet = new();
    private ServiceFactory<TitleGrpcService>? _catalog;
    private ServiceFactory<TelemetryOptions>? _telemetry;
    private ServiceFactory<UploadOptions>? _upload;
    private ServiceFactory<LinkTtlOptions>? _delivery;
    private NpgsqlDataSource? _database;
    private LocalS3Host? _storage;
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private PageServer? _pages;

    public string Catalog => AddressOf(_catalog!.WebAddress);

    public string Telemetry => AddressOf(_telemetry!.WebAddress);

    public string Upload => AddressOf(_upload!.WebAddress);

    public string Delivery => AddressOf(_delivery!.WebAddress);

    /// <summary>Bundles that may be downloaded.</summary>
    internal DeliveredBundles Bundles => new(_catalog!, _delivery!, _database!, Objects);

    /// <summary>The bucket as its owner sees it.</summary>
    public IObjectStore Objects => _upload!.Services.GetRequiredService<IObjectStore>();

    public LiveService Live { get; private set; } = null!;

    /// <summary>The page on the origin that services are told of.</summary>
    public IPage Page { get; private set; } = null!;

    /// <summary>The page on another origin.</summary>
    public IPage Stranger { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = InstalledChromium.Find(), Args = InstalledChromium.Arguments });
        _pages = await PageServer.StartAsync();
        await _postgres.InitializeAsync();
        await _garnet.InitializeAsync();
        var catalog = await SettingsAsync<TitleGrpcService>("catalogdb");
        _database = NpgsqlDataSource.Create(catalog["ConnectionStrings:catalogdb"]!);
        _catalog = new ServiceFactory<TitleGrpcService>(catalog);
        _telemetry = new ServiceFactory<TelemetryOptions>(await SettingsAsync<TelemetryOptions>("telemetrydb"));
        _storage = await LocalS3Host.StartAsync(options => (options.Fsync, options.Buckets) = (false, [Bucket]));
        _upload = new ServiceFactory<UploadOptions>(WithStorage(await SettingsAsync<UploadOptions>("uploaddb")));
        _delivery = new ServiceFactory<LinkTtlOptions>(WithStorage(Settings()));
        Live = await LiveService.StartAsync(_pages.Known);
        Page = await _browser.NewPageAsync();
        await Page.GotoAsync(_pages.Known);
        Stranger = await _browser.NewPageAsync();
        await Stranger.GotoAsync(_pages.Stranger);
    }

    public async Task DisposeAsync()
    {
        foreach (var part in (IAsyncDisposable?[])[_browser, _pages, Live, _delivery, _upload, _catalog, _telemetry, _storage, _database])
        {
            if (part is not null)
            {
                await part.DisposeAsync();
            }
        }

        _playwright?.Dispose();
    }

    private async Task<Dictionary<string, string?>> SettingsAsync<TEntryPoint>(string database)
    {
        var connectionString = await _postgres.CreateDatabaseAsync();
        await using var source = NpgsqlDataSource.Create($"{connectionString};Pooling=false");
        var scripts = MigrationScript.ReadFrom(typeof(TEntryPoint).Assembly);
        await new MigrationRunner(source, NullLogger<MigrationRunner>.Instance).RunAsync(scripts, CancellationToken.None);
        return new(Settings(), StringComparer.Ordinal) { [$"ConnectionStrings:{database}"] = connectionString };
    }

    private Dictionary<string, string?> Settings() => new(StringComparer.Ordinal)
    {
        ["ConnectionStrings:redis"] = _garnet.ConnectionString,
        ["Telemetry:SessionTokenKey"] = "dGVsZW1ldHJ5LXRlc3RzLXNlc3Npb24tdG9rZW4tMDE=",
        ["Telemetry:IpSalt"] = "dGVsZW1ldHJ5LXNhbHQtMDE=",
        ["Cors:AllowedOrigins:0"] = _pages!.Known,
    };

    private Dictionary<string, string?> WithStorage(Dictionary<string, string?> settings) => new(settings, StringComparer.Ordinal)
    {
        ["services:catalog:grpc:0"] = _catalog!.Address.ToString(),
        ["Storage:Backend"] = "LocalS3",
        ["Storage:ServiceUrl"] = _storage!.Url,
        ["Storage:Bucket"] = Bucket,
        ["Storage:Region"] = _storage.Region,
        ["Storage:AccessKeyId"] = _storage.AccessKey,
        ["Storage:SecretAccessKey"] = _storage.SecretKey,
    };

    private static string AddressOf(Uri address) => address.GetLeftPart(UriPartial.Authority);
}

[CollectionDefinition(Name)]
public sealed class BrowserTestGroup : ICollectionFixture<BrowserFixture>
{
    public const string Name = "browser";
}
