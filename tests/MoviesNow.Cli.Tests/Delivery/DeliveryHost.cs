using System.Security.Cryptography;
using Grpc.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MoviesNow.Catalog.Titles;
using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Tests.Catalog;
using MoviesNow.Cli.Tests.Uploads;
using MoviesNow.Delivery.Links;
using MoviesNow.LocalS3;
using MoviesNow.ServiceDefaults.Migrations;
using MoviesNow.Storage;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using Npgsql;

namespace MoviesNow.Cli.Tests.Delivery;

/// <summary>The real delivery service and catalogue with a real bucket. All tests share them, one after the other; each works on titles of its own.</summary>
public sealed class DeliveryHost : IAsyncLifetime
{
    /// <summary>Bytes of a bundle: more than any buffer takes at once.</summary>
    public const int Size = 3 << 20;

    private const string Bucket = "media";

    private readonly PostgresFixture _postgres = new();
    private readonly GarnetFixture _garnet = new();
    private LocalS3Host _s3 = null!;
    private ServiceFactory<TitleGrpcService> _catalog = null!;
    private ServiceFactory<LinkTtlOptions> _delivery = null!;

    internal StorageGateway Gateway { get; private set; } = null!;

    /// <summary>The delivery service as the public calls it.</summary>
    public CallInvoker Public => _delivery.As(identity: null);

    /// <summary>The catalogue as other services call it.</summary>
    public CallInvoker Catalog => _catalog.As(Identity.Service);

    /// <summary>The delivery service as players reach it, whatever its public URL says.</summary>
    public Uri Web => _delivery.WebAddress;

    /// <summary>Where a command finds the services, and how it proves who it is.</summary>
    public Dictionary<string, string> Variables => new(StringComparer.Ordinal)
    {
        ["services__catalog__grpc__0"] = _catalog.Address.ToString(),
        ["services__delivery__grpc__0"] = _delivery.Address.ToString(),
        ["Auth__LocalSigningKey"] = Identity.SigningKey,
    };

    /// <summary>The command line of an administrator, in this process.</summary>
    internal CommandRun Cli => With(delivery: null);

    /// <summary>The same, with another delivery service.</summary>
    internal CommandRun With(string? delivery)
    {
        var variables = Variables;
        variables["services__delivery__grpc__0"] = delivery ?? variables["services__delivery__grpc__0"];
        return new CommandRun(new ConfigurationBuilder().AddInMemoryCollection(
            variables.Select(variable => KeyValuePair.Create(variable.Key.Replace("__", ":", StringComparison.Ordinal), (string?)variable.Value))).Build());
    }

    public async Task InitializeAsync()
    {
        await Task.WhenAll(_postgres.InitializeAsync(), _garnet.InitializeAsync());
        _s3 = await LocalS3Host.StartAsync(options => (options.Fsync, options.Buckets) = (false, [Bucket]));
        Gateway = await StorageGateway.StartAsync(_s3.Url);
        var database = await _postgres.CreateDatabaseAsync();
        await using (var source = NpgsqlDataSource.Create(database))
        {
            await new MigrationRunner(source, NullLogger<MigrationRunner>.Instance).RunAsync(MigrationScript.ReadFrom(typeof(TitleGrpcService).Assembly), CancellationToken.None);
        }

        _catalog = new ServiceFactory<TitleGrpcService>(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:catalogdb"] = database,
            ["ConnectionStrings:redis"] = _garnet.ConnectionString,
        });
        _delivery = new ServiceFactory<LinkTtlOptions>(Settings());
    }

    public async Task DisposeAsync()
    {
        await _delivery.DisposeAsync();
        await _catalog.DisposeAsync();
        await Gateway.DisposeAsync();
        await _s3.DisposeAsync();
        await _garnet.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    /// <summary>A published bundle in the bucket. Its title's name comes back in the names of files.</summary>
    internal async Task<Downloadable> PublishedAsync(bool requiresToken = false, bool withManifest = false)
    {
        var bytes = RandomNumberGenerator.GetBytes(Size);
        var title = await Cli.OneAsync<Title>("title", "create", "--kind", "series", "--name", "Fjord");
        await Cli.OneAsync<Season>("season", "create", title.Id, "--number", "1", "--name", "One");
        await Cli.OutputAsync("title", "publish", title.Id);
        var bundles = new BundleService.BundleServiceClient(Catalog);
        var reserved = (await bundles.ReserveBundleAsync(new ReserveBundleRequest
        {
            BundleId = Guid.CreateVersion7().ToString(),
            TitleId = title.Id,
            Kind = BundleKind.Season,
            SeasonNumber = 1,
            SizeBytes = Size,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)),
            RequiresToken = requiresToken,
        })).Bundle;
        await StoreAsync(reserved.StorageKey, bytes);
        await bundles.VerifyBundleAsync(new VerifyBundleRequest { BundleId = reserved.Id });
        if (withManifest)
        {
            await StoreAsync(reserved.StorageKey.Replace(".zip", "_manifest.json", StringComparison.Ordinal), "{}"u8.ToArray());
            reserved = (await bundles.RecordBundleManifestAsync(new RecordBundleManifestRequest { BundleId = reserved.Id })).Bundle;
        }

        await Cli.OutputAsync("bundle", "publish", reserved.Id);
        return new Downloadable(reserved.Id, reserved.StorageKey, reserved.ManifestKey, bytes);
    }

    private async Task StoreAsync(string key, byte[] content) => await _delivery.Services.GetRequiredService<IObjectStore>().PutAsync(
        StorageKey.Parse(key), new MemoryStream(content), content.Length, sha256: null, new ObjectHeaders { ContentType = "application/zip" }, CancellationToken.None);

    private Dictionary<string, string?> Settings() => new(StringComparer.Ordinal)
    {
        ["ConnectionStrings:redis"] = _garnet.ConnectionString,
        ["services:catalog:grpc:0"] = _catalog.Address.ToString(),
        ["Storage:Backend"] = "LocalS3",
        ["Storage:ServiceUrl"] = _s3.Url,
        ["Storage:PublicUrl"] = Gateway.Url,
        ["Storage:Bucket"] = Bucket,
        ["Storage:Region"] = _s3.Region,
        ["Storage:AccessKeyId"] = _s3.AccessKey,
        ["Storage:SecretAccessKey"] = _s3.SecretKey,
        ["Delivery:Playback:Protection"] = "SecureLink",
        ["Delivery:Playback:CdnUrl"] = "https://cdn.example.com/media/",
        ["Delivery:Playback:PublicUrl"] = "https://delivery.example.com/",
        ["Delivery:Playback:TicketKeys:0"] = "cGxheWJhY2stdGlja2V0cy1wbGF5YmFjay10aWNrZXRzLTE=",
        ["Delivery:Playback:SecureLink:SigningKeyId"] = "k1",
        ["Delivery:Playback:SecureLink:Keys:k1"] = "an-example-secret-of-32-characters",
    };
}

/// <summary>A bundle that may be downloaded.</summary>
internal sealed record Downloadable(string Id, string Key, string ManifestKey, byte[] Bytes);

[CollectionDefinition(Name)]
public sealed class DeliveryTestGroup : ICollectionFixture<DeliveryHost>
{
    public const string Name = "delivery";
}
