using Microsoft.Extensions.Logging.Abstractions;
using MoviesNow.Catalog.Titles;
using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Tests.Catalog;
using MoviesNow.LocalS3;
using MoviesNow.ServiceDefaults.Migrations;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.Uploads;
using Npgsql;

namespace MoviesNow.Cli.Tests.Bundles;

/// <summary>A real catalogue, upload service and bucket.</summary>
public sealed class BundleHost : IAsyncLifetime
{
    private const string Bucket = "media";

    private readonly PostgresFixture _postgres = new();
    private readonly GarnetFixture _garnet = new();
    private ServiceFactory<TitleGrpcService> _catalog = null!;
    private ServiceFactory<UploadOptions> _upload = null!;
    private LocalS3Host _storage = null!;

    /// <summary>The command line of an administrator.</summary>
    internal CommandRun Cli => new(CatalogHost.Configuration(_catalog.Address, _upload.Address));

    /// <summary>Environment variables for the program.</summary>
    public IReadOnlyDictionary<string, string> Variables => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["services__catalog__grpc__0"] = _catalog.Address.ToString(),
        ["services__upload__grpc__0"] = _upload.Address.ToString(),
        ["Auth__LocalSigningKey"] = Identity.SigningKey,
    };

    public async Task InitializeAsync()
    {
        await _postgres.InitializeAsync();
        await _garnet.InitializeAsync();
        _storage = await LocalS3Host.StartAsync(options =>
        {
            options.Fsync = false;
            options.Buckets = [Bucket];
        });
        _catalog = new ServiceFactory<TitleGrpcService>(await SettingsAsync<TitleGrpcService>("catalogdb"));
        var settings = await SettingsAsync<UploadOptions>("uploaddb");
        settings["services:catalog:grpc:0"] = _catalog.Address.ToString();
        settings["Upload:PartSizeBytes"] = $"{5 << 20}";
        settings["Storage:Backend"] = "LocalS3";
        settings["Storage:ServiceUrl"] = _storage.Url;
        settings["Storage:Bucket"] = Bucket;
        settings["Storage:Region"] = _storage.Region;
        settings["Storage:AccessKeyId"] = _storage.AccessKey;
        settings["Storage:SecretAccessKey"] = _storage.SecretKey;
        _upload = new ServiceFactory<UploadOptions>(settings);
    }

    public async Task DisposeAsync()
    {
        await _upload.DisposeAsync();
        await _catalog.DisposeAsync();
        await _storage.DisposeAsync();
        await _garnet.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    /// <summary>A series with a season and an episode.</summary>
    internal async Task<(string TitleId, string EpisodeId)> SeriesAsync()
    {
        var title = await Cli.OneAsync<Title>("title", "create", "--kind", "series", "--name", "Fog");
        var season = await Cli.OneAsync<Season>("season", "create", title.Id, "--number", "1", "--name", "One");
        var episode = await Cli.OneAsync<Episode>("episode", "create", season.Id, "--number", "1", "--name", "First");
        return (title.Id, episode.Id);
    }

    private async Task<Dictionary<string, string?>> SettingsAsync<T>(string name)
    {
        var database = await _postgres.CreateDatabaseAsync();
        await using var source = NpgsqlDataSource.Create(database);
        await new MigrationRunner(source, NullLogger<MigrationRunner>.Instance).RunAsync(MigrationScript.ReadFrom(typeof(T).Assembly), CancellationToken.None);
        return new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            [$"ConnectionStrings:{name}"] = database,
            ["ConnectionStrings:redis"] = _garnet.ConnectionString,
        };
    }
}
