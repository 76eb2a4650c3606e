using Grpc.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MoviesNow.Catalog.Titles;
using MoviesNow.Catalog.V1;
using MoviesNow.LocalS3;
using MoviesNow.ServiceDefaults.Migrations;
using MoviesNow.Storage;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.Uploads;
using MoviesNow.Upload.V1;
using Npgsql;

namespace MoviesNow.Cli.Tests.Uploads;

/// <summary>The real upload service and catalogue with a real bucket. All tests share them, one after the other; each works on titles of its own.</summary>
public sealed class UploadHost : IAsyncLifetime
{
    public const long PartSize = 5L << 20;

    private const string Bucket = "media";

    private readonly PostgresFixture _postgres = new();
    private readonly GarnetFixture _garnet = new();
    private LocalS3Host _s3 = null!;
    private ServiceFactory<TitleGrpcService> _catalog = null!;
    private ServiceFactory<UploadOptions> _upload = null!;
    private NpgsqlDataSource _database = null!;

    internal StorageGateway Gateway { get; private set; } = null!;

    public UploadService.UploadServiceClient Uploads { get; private set; } = null!;

    public IServiceProvider Services => _upload.Services;

    /// <summary>The catalogue, as an administrator.</summary>
    public CallInvoker AsAdmin() => _catalog.As(Identity.Admin);

    /// <summary>The upload service, as the administrator that the command line is.</summary>
    public CallInvoker AsCli() => _upload.As(Identity.Admin with { Subject = Tokens.DevelopmentIdentity.Admin.Subject });

    /// <summary>Where a command finds the services, and how it proves who it is.</summary>
    public Dictionary<string, string> Variables => new(StringComparer.Ordinal)
    {
        ["services__catalog__grpc__0"] = _catalog.Address.ToString(),
        ["services__upload__grpc__0"] = _upload.Address.ToString(),
        ["Auth__LocalSigningKey"] = Identity.SigningKey,
    };

    /// <summary>The command line of an administrator, in this process.</summary>
    internal Catalog.CommandRun Cli => new(new ConfigurationBuilder().AddInMemoryCollection(
        Variables.Select(variable => KeyValuePair.Create(variable.Key.Replace("__", ":", StringComparison.Ordinal), (string?)variable.Value))).Build());

    public async Task InitializeAsync()
    {
        await Task.WhenAll(_postgres.InitializeAsync(), _garnet.InitializeAsync());
        _s3 = await LocalS3Host.StartAsync(options =>
        {
            options.Fsync = false;
            options.Buckets = [Bucket];
        });
        Gateway = await StorageGateway.StartAsync(_s3.Url);
        var catalog = await SettingsAsync("catalogdb", typeof(TitleGrpcService));
        AddStorage(catalog);
        _catalog = new ServiceFactory<TitleGrpcService>(catalog);
        var settings = await SettingsAsync("uploaddb", typeof(UploadOptions));
        _database = NpgsqlDataSource.Create(settings["ConnectionStrings:uploaddb"]!);
        AddStorage(settings);
        settings["services:catalog:grpc:0"] = _catalog.Address.ToString();
        settings["Upload:PartSizeBytes"] = $"{PartSize}";
        // Sweeps are asked for.
        settings["Upload:Sweep:Enabled"] = "false";
        _upload = new ServiceFactory<UploadOptions>(settings);
        Uploads = new UploadService.UploadServiceClient(_upload.As(Identity.Admin));
    }

    public async Task DisposeAsync()
    {
        await _upload.DisposeAsync();
        await _catalog.DisposeAsync();
        await _database.DisposeAsync();
        await Gateway.DisposeAsync();
        await _s3.DisposeAsync();
        await _garnet.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    public async Task<string> MovieAsync() =>
        (await new TitleService.TitleServiceClient(_catalog.As(Identity.Admin)).CreateTitleAsync(new CreateTitleRequest { Kind = TitleKind.Movie, Name = "A film" })).Title.Id;

    /// <summary>The bytes of an object, as its owner reads them.</summary>
    public async Task<byte[]> ObjectAsync(string storageKey)
    {
        var objects = Services.GetRequiredService<IObjectStore>();
        var found = await objects.HeadAsync(StorageKey.Parse(storageKey), CancellationToken.None);
        await using var content = await objects.OpenReadAsync(found!.Key, range: null, found.ETag, CancellationToken.None);
        var bytes = new MemoryStream();
        await content!.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    public Task StopStorageAsync() => _s3.StopAsync();

    public Task RestartStorageAsync() => _s3.RestartAsync();

    /// <summary>Changes the row of an upload, as the passing of time would.</summary>
    public async Task SetAsync(string uploadId, string assignments)
    {
        await using var command = _database.CreateCommand($"UPDATE upload SET {assignments} WHERE id = $1");
        command.Parameters.Add(new() { Value = Guid.Parse(uploadId) });
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }

    private async Task<Dictionary<string, string?>> SettingsAsync(string name, Type service)
    {
        var database = await _postgres.CreateDatabaseAsync();
        await using var source = NpgsqlDataSource.Create(database);
        await new MigrationRunner(source, NullLogger<MigrationRunner>.Instance).RunAsync(MigrationScript.ReadFrom(service.Assembly), CancellationToken.None);
        return new(StringComparer.Ordinal) { [$"ConnectionStrings:{name}"] = database, ["ConnectionStrings:redis"] = _garnet.ConnectionString };
    }

    private void AddStorage(Dictionary<string, string?> settings)
    {
        settings["Storage:Backend"] = "LocalS3";
        settings["Storage:ServiceUrl"] = _s3.Url;
        settings["Storage:PublicUrl"] = Gateway.Url;
        settings["Storage:Bucket"] = Bucket;
        settings["Storage:Region"] = _s3.Region;
        settings["Storage:AccessKeyId"] = _s3.AccessKey;
        settings["Storage:SecretAccessKey"] = _s3.SecretKey;
    }
}

[CollectionDefinition(Name)]
public sealed class UploadTestGroup : ICollectionFixture<UploadHost>
{
    public const string Name = "uploads";
}
