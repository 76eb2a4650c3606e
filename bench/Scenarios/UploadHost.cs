extern alias catalog;

using Microsoft.Extensions.Logging.Abstractions;
using MoviesNow.Catalog.V1;
using MoviesNow.LocalS3;
using MoviesNow.ServiceDefaults.Migrations;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.Uploads;
using MoviesNow.Upload.V1;
using Npgsql;
using CatalogProgram = catalog::Program;

namespace MoviesNow.Bench.Scenarios;

/// <summary>The real upload service in this process, with its database, Redis, catalogue and bucket.</summary>
internal sealed class UploadHost : IAsyncDisposable
{
    public const string Bucket = "media";

    private readonly TestPostgres _postgres;
    private readonly TestGarnet _garnet;

    private UploadHost(TestPostgres postgres, TestGarnet garnet, LocalS3Host s3) => (_postgres, _garnet, S3) = (postgres, garnet, s3);

    public LocalS3Host S3 { get; }

    public ServiceFactory<CatalogProgram> Catalog { get; private set; } = null!;

    public ServiceFactory<UploadOptions> Upload { get; private set; } = null!;

    /// <summary>What another replica is started with.</summary>
    public Dictionary<string, string?> Settings { get; private set; } = null!;

    public static async Task<UploadHost> StartAsync()
    {
        var host = new UploadHost(await TestPostgres.StartNewAsync(), await TestGarnet.StartNewAsync(), await LocalS3Host.StartAsync(options => options.Buckets = [Bucket]));
        host.Catalog = new ServiceFactory<CatalogProgram>(await host.SettingsAsync("catalogdb", typeof(CatalogProgram)));
        var settings = await host.SettingsAsync("uploaddb", typeof(UploadOptions));
        foreach (var (name, value) in host.StorageSettings())
        {
            settings[name] = value;
        }

        host.Settings = settings;
        host.Upload = new ServiceFactory<UploadOptions>(settings);
        return host;
    }

    /// <summary>A new film; its id.</summary>
    public async Task<string> CreateMovieAsync() =>
        (await new TitleService.TitleServiceClient(Catalog.As(Identity.Admin)).CreateTitleAsync(new CreateTitleRequest { Kind = TitleKind.Movie, Name = "A film" })).Title.Id;

    /// <summary>A pending upload of many parts; its id.</summary>
    public async Task<string> CreateUploadAsync()
    {
        var created = await new UploadService.UploadServiceClient(Upload.As(Identity.Admin)).CreateUploadAsync(new CreateUploadRequest
        {
            Target = new UploadTarget { Purpose = UploadPurpose.Original, TitleId = await CreateMovieAsync() },
            FileName = "film.mp4",
            ContentType = "video/mp4",
            SizeBytes = 20L << 30,
            Sha256 = new string('a', 64),
            Method = UploadMethod.Multipart,
        });
        return created.Upload.Id;
    }

    public async ValueTask DisposeAsync()
    {
        await Upload.DisposeAsync();
        await Catalog.DisposeAsync();
        await S3.DisposeAsync();
        await _garnet.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    private async Task<Dictionary<string, string?>> SettingsAsync(string name, Type service)
    {
        var database = await _postgres.CreateDatabaseAsync();
        await using var source = NpgsqlDataSource.Create(database);
        await new MigrationRunner(source, NullLogger<MigrationRunner>.Instance).RunAsync(MigrationScript.ReadFrom(service.Assembly), CancellationToken.None);
        return new(StringComparer.Ordinal)
        {
            [$"ConnectionStrings:{name}"] = database,
            ["ConnectionStrings:redis"] = _garnet.ConnectionString,
            ["RateLimits:Enabled"] = "true",
            ["RateLimits:ReadsPerMinute"] = "1000000",
            ["RateLimits:AdminWritesPerMinute"] = "1000000",
            ["Logging:LogLevel:Default"] = "Warning",
        };
    }

    private Dictionary<string, string?> StorageSettings() => new(StringComparer.Ordinal)
    {
        ["services:catalog:grpc:0"] = Catalog.Address.ToString(),
        ["Storage:Backend"] = "LocalS3",
        ["Storage:ServiceUrl"] = S3.Url,
        ["Storage:Bucket"] = Bucket,
        ["Storage:Region"] = S3.Region,
        ["Storage:AccessKeyId"] = S3.AccessKey,
        ["Storage:SecretAccessKey"] = S3.SecretKey,
    };
}
