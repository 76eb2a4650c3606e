extern alias catalog;

using System.Security.Cryptography;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MoviesNow.Catalog.V1;
using MoviesNow.Delivery.Links;
using MoviesNow.Delivery.V1;
using MoviesNow.LocalS3;
using MoviesNow.ServiceDefaults.Migrations;
using MoviesNow.Storage;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using Npgsql;
using CatalogProgram = catalog::Program;

namespace MoviesNow.Delivery.Tests.Support;

/// <summary>Three replicas of the delivery service with the real catalogue, S3 endpoint, PostgreSQL and Garnet.</summary>
public sealed class DeliverySystem : IAsyncLifetime
{
    /// <summary>How many replicas there are.</summary>
    public const int Replicas = 3;

    private const string Bucket = "media";

    private readonly PostgresFixture _postgres = new();
    private readonly GarnetOutageFixture _garnet = new();
    private readonly List<ServiceFactory<LinkTtlOptions>> _replicas = [];
    private ServiceFactory<CatalogProgram> _catalog = null!;
    private Dictionary<string, string?> _catalogSettings = null!;
    private NpgsqlDataSource _database = null!;

    public static byte[] Content { get; } = RandomNumberGenerator.GetBytes(100_000);

    public LocalS3Host S3 { get; private set; } = null!;

    public TestGarnet Redis => _garnet.Server;

    public S3Presigner Presigner => _replicas[0].Services.GetRequiredService<S3Presigner>();

    public DownloadLinkService.DownloadLinkServiceClient Public => Links(identity: null);

    public TitleService.TitleServiceClient Titles => new(_catalog.As(Identity.Admin));

    public SeasonService.SeasonServiceClient Seasons => new(_catalog.As(Identity.Admin));

    public BundleService.BundleServiceClient CatalogBundles(Identity identity) => new(_catalog.As(identity));

    public CallInvoker Catalog(Identity identity) => _catalog.As(identity);

    public CallInvoker As(Identity? identity, int replica = 0) => _replicas[replica].As(identity);

    /// <summary>The public as a trusted proxy sends it.</summary>
    public CallInvoker From(string country, int replica = 0) => _replicas[replica].As(identity: null, ("cf-ipcountry", country));

    public DownloadLinkService.DownloadLinkServiceClient Links(Identity? identity, int replica = 0) => new(As(identity, replica));

    public DownloadTokenService.DownloadTokenServiceClient Tokens(Identity identity) => new(As(identity));

    public async Task InitializeAsync()
    {
        await Task.WhenAll(_postgres.InitializeAsync(), _garnet.InitializeAsync());
        S3 = await LocalS3Host.StartAsync(options => (options.Fsync, options.Buckets) = (false, [Bucket]));
        var connection = await _postgres.CreateDatabaseAsync();
        _database = NpgsqlDataSource.Create(connection);
        await new MigrationRunner(_database, NullLogger<MigrationRunner>.Instance).RunAsync(MigrationScript.ReadFrom(typeof(CatalogProgram).Assembly), CancellationToken.None);
        _catalogSettings = new(StringComparer.Ordinal)
        {
            ["ConnectionStrings:catalogdb"] = connection,
            ["ConnectionStrings:redis"] = Redis.ConnectionString,
        };
        _catalog = AnotherCatalog();
        for (var i = 0; i < Replicas; i++)
        {
            _replicas.Add(new ServiceFactory<LinkTtlOptions>(Settings()));
        }
    }

    public async Task DisposeAsync()
    {
        foreach (var replica in _replicas)
        {
            await replica.DisposeAsync();
        }

        await _catalog.DisposeAsync();
        await _database.DisposeAsync();
        await S3.DisposeAsync();
        await _garnet.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    /// <summary>A published season bundle whose object is in the bucket.</summary>
    public async Task<Bundle> PublishedAsync(bool requiresToken = false, Availability? availability = null, bool withObject = true)
    {
        var verified = await VerifiedAsync(requiresToken, availability);
        if (withObject)
        {
            await StoreAsync(verified.StorageKey, Content);
        }

        return (await CatalogBundles(Identity.Admin).PublishBundleAsync(new PublishBundleRequest { BundleId = verified.Id })).Bundle;
    }

    /// <summary>A published bundle of a season that is there, with its object.</summary>
    public async Task<Bundle> PublishedSeasonAsync(string titleId, int season)
    {
        var reserved = await ReservedAsync(titleId, season: season);
        await CatalogBundles(Identity.Service).VerifyBundleAsync(new VerifyBundleRequest { BundleId = reserved.Id });
        await StoreAsync(reserved.StorageKey, Content);
        return (await CatalogBundles(Identity.Admin).PublishBundleAsync(new PublishBundleRequest { BundleId = reserved.Id })).Bundle;
    }

    /// <summary>A bundle that nobody published yet.</summary>
    public async Task<Bundle> VerifiedAsync(bool requiresToken = false, Availability? availability = null, bool withPublishedTitle = true)
    {
        return await VerifiedAsync(await SeriesAsync(availability, withPublishedTitle), requiresToken);
    }

    /// <summary>A bundle of the first season of a title, not published yet.</summary>
    public async Task<Bundle> VerifiedAsync(string titleId, bool requiresToken = false)
    {
        var reserved = await ReservedAsync(titleId, requiresToken);
        return (await CatalogBundles(Identity.Service).VerifyBundleAsync(new VerifyBundleRequest { BundleId = reserved.Id })).Bundle;
    }

    /// <summary>A bundle of the first season of a title, or of a new one, whose ZIP was not checked yet.</summary>
    public async Task<Bundle> ReservedAsync(string? titleId = null, bool requiresToken = false, int season = 1)
    {
        titleId ??= await SeriesAsync();
        var reserved = await CatalogBundles(Identity.Service).ReserveBundleAsync(new ReserveBundleRequest
        {
            BundleId = Guid.CreateVersion7().ToString(),
            TitleId = titleId,
            Kind = BundleKind.Season,
            SeasonNumber = season,
            SizeBytes = Content.Length,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(Content)),
            RequiresToken = requiresToken,
            ExpireTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow.AddDays(2)),
        });
        return reserved.Bundle;
    }

    /// <summary>A published series with a first season; its id.</summary>
    public async Task<string> SeriesAsync(Availability? availability = null, bool withPublishedTitle = true)
    {
        var title = (await Titles.CreateTitleAsync(new CreateTitleRequest { Kind = TitleKind.Series, Name = "Fjord: the \"Series\"", Availability = availability })).Title;
        if (withPublishedTitle)
        {
            await Titles.PublishTitleAsync(new PublishTitleRequest { TitleId = title.Id });
        }

        await Seasons.CreateSeasonAsync(new CreateSeasonRequest { TitleId = title.Id, Number = 1 });
        return title.Id;
    }

    /// <summary>Lets a bundle expire, as the passing of time would.</summary>
    public async Task ExpireAsync(Bundle bundle, TimeSpan left)
    {
        await using var command = _database.CreateCommand("UPDATE bundle SET created_at = now() - interval '3 days', expires_at = now() + $2 WHERE id = $1");
        command.Parameters.Add(new() { Value = Guid.Parse(bundle.Id) });
        command.Parameters.Add(new() { Value = left });
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }

    public async Task StoreAsync(string key, byte[] content) => await _replicas[0].Services.GetRequiredService<IObjectStore>().PutAsync(
        StorageKey.Parse(key), new MemoryStream(content), content.Length, sha256: null, new ObjectHeaders { ContentType = "text/html" }, CancellationToken.None);

    /// <summary>The object at a key becomes another, as somebody with the bucket's credentials could do.</summary>
    public async Task ReplaceAsync(string key, byte[] content)
    {
        await _replicas[0].Services.GetRequiredService<IObjectStore>().DeleteAsync(StorageKey.Parse(key), CancellationToken.None);
        await StoreAsync(key, content);
    }

    /// <summary>What storage says of an object.</summary>
    public async Task<StoredObject?> HeadAsync(string key) =>
        await _replicas[0].Services.GetRequiredService<IObjectStore>().HeadAsync(StorageKey.Parse(key), CancellationToken.None);

    /// <summary>Another replica of the catalogue, which a test may end.</summary>
    internal ServiceFactory<CatalogProgram> AnotherCatalog() => new(_catalogSettings);

    /// <summary>A replica that finds no catalogue.</summary>
    internal ServiceFactory<LinkTtlOptions> WithoutCatalog() => With(clock: null, ("services:catalog:grpc:0", "http://127.0.0.1:1"));

    /// <summary>A replica with a clock of its own.</summary>
    internal ServiceFactory<LinkTtlOptions> WithClock(TimeProvider clock) => With(clock);

    /// <summary>A replica with a clock and settings of its own.</summary>
    internal ServiceFactory<LinkTtlOptions> With(TimeProvider? clock, params (string Key, string? Value)[] settings) => With(clock, _ => { }, settings);

    /// <summary>A replica with a clock, services and settings of its own.</summary>
    internal ServiceFactory<LinkTtlOptions> With(TimeProvider? clock, Action<IServiceCollection> change, params (string Key, string? Value)[] settings)
    {
        var all = Settings();
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        return new(all, services =>
        {
            services.AddSingleton(clock ?? TimeProvider.System);
            change(services);
        });
    }

    /// <summary>A replica with further settings, and a clock of its own unless that is null.</summary>
    internal ServiceFactory<LinkTtlOptions> With(IReadOnlyDictionary<string, string?> settings, TimeProvider? clock = null) => new(
        Settings().Concat(settings).GroupBy(setting => setting.Key, StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.Last().Value, StringComparer.Ordinal),
        services => services.AddSingleton(clock ?? TimeProvider.System));

    private Dictionary<string, string?> Settings() => new(StringComparer.Ordinal)
    {
        ["ConnectionStrings:redis"] = Redis.ConnectionString,
        ["services:catalog:grpc:0"] = _catalog.Address.ToString(),
        ["Storage:Backend"] = "LocalS3",
        ["Storage:ServiceUrl"] = S3.Url,
        ["Storage:Bucket"] = Bucket,
        ["Storage:AccessKeyId"] = S3.AccessKey,
        ["Storage:SecretAccessKey"] = S3.SecretKey,
        ["Proxies:TrustedNetworks:0"] = "127.0.0.0/8",
        ["Proxies:CountryHeaders:0"] = "CF-IPCountry",

        // Tests ask for more links than anybody may; those of the quotas switch them on.
        ["Delivery:Quotas:BundlesPerDay"] = "0",
        ["Delivery:Quotas:DownloadsPerDay"] = "0",

        // A machine that runs several suites of tests at once may keep Redis waiting, and then each replica counts alone.
        ["Delivery:Quotas:RedisTimeout"] = "00:00:02",
    };
}

[CollectionDefinition(Name)]
public sealed class DeliveryTestGroup : ICollectionFixture<DeliverySystem>
{
    public const string Name = "delivery";
}
