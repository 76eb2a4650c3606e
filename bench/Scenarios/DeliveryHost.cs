extern alias delivery;

using System.Security.Cryptography;
using delivery::MoviesNow.Delivery.Links;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using MoviesNow.Catalog.V1;
using MoviesNow.LocalS3;
using MoviesNow.Storage;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Bench.Scenarios;

/// <summary>The real delivery service in this process, with the real catalogue, an S3 endpoint and a Redis server of its own.</summary>
internal sealed class DeliveryHost : IAsyncDisposable
{
    private const string Bucket = "media";

    private static readonly byte[] Content = RandomNumberGenerator.GetBytes(1_000);

    private readonly TestGarnet _garnet;
    private readonly LocalS3Host _s3;
    private readonly List<ServiceFactory<LinkTtlOptions>> _services = [];

    private DeliveryHost(CatalogHost catalog, TestGarnet garnet, LocalS3Host s3) => (Catalog, _garnet, _s3) = (catalog, garnet, s3);

    public CatalogHost Catalog { get; }

    public static async Task<DeliveryHost> StartAsync() =>
        new(await CatalogHost.StartAsync(), await TestGarnet.StartNewAsync(), await LocalS3Host.StartAsync(options => options.Buckets = [Bucket]));

    /// <summary>Another delivery service; it ends with this host.</summary>
    /// <param name="more">Further settings.</param>
    public ServiceFactory<LinkTtlOptions> AddService(params (string Name, string? Value)[] more)
    {
        var settings = Settings();
        foreach (var (name, value) in more)
        {
            settings[name] = value;
        }

        var service = new ServiceFactory<LinkTtlOptions>(settings);
        _services.Add(service);
        return service;
    }

    /// <summary>Settings of a delivery service: its rate limits are on, but higher than anything that is measured; quotas are off.</summary>
    public Dictionary<string, string?> Settings() => new(StringComparer.Ordinal)
    {
        // Developers' error pages have a place in every call.
        ["environment"] = "Production",
        ["ConnectionStrings:redis"] = _garnet.ConnectionString,
        ["services:catalog:grpc:0"] = Catalog.Service.Address.ToString(),
        ["Storage:Backend"] = "LocalS3",
        ["Storage:ServiceUrl"] = _s3.Url,
        ["Storage:Bucket"] = Bucket,
        ["Storage:Region"] = _s3.Region,
        ["Storage:AccessKeyId"] = _s3.AccessKey,
        ["Storage:SecretAccessKey"] = _s3.SecretKey,
        ["RateLimits:Enabled"] = "true",
        ["RateLimits:ReadsPerMinute"] = "1000000",
        ["RateLimits:WritesPerMinute"] = "1000000",
        ["RateLimits:AdminWritesPerMinute"] = "1000000",
        ["Delivery:Quotas:BundlesPerDay"] = "0",
        ["Delivery:Quotas:DownloadsPerDay"] = "0",
        ["Logging:LogLevel:Default"] = "Warning",
    };

    /// <summary>Published season bundles, each of a series of its own, with their objects.</summary>
    /// <param name="service">The service whose bucket has the objects.</param>
    /// <param name="count">How many.</param>
    /// <param name="requiresToken">Whether a link costs a use of a one-time token.</param>
    public async Task<Bundle[]> PublishBundlesAsync(ServiceFactory<LinkTtlOptions> service, int count, bool requiresToken = false)
    {
        var (admin, worker) = (Catalog.Service.As(Identity.Admin), Catalog.Service.As(Identity.Service));
        var store = service.Services.GetRequiredService<IObjectStore>();
        var bundles = new Bundle[count];
        for (var i = 0; i < count; i++)
        {
            bundles[i] = await PublishBundleAsync(admin, worker, store, await CreateSeriesAsync(admin, i), requiresToken);
        }

        return bundles;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services)
        {
            await service.DisposeAsync();
        }

        await _s3.DisposeAsync();
        await _garnet.DisposeAsync();
        await Catalog.DisposeAsync();
    }

    private static async Task<string> CreateSeriesAsync(CallInvoker admin, int number)
    {
        var titles = new TitleService.TitleServiceClient(admin);
        var title = (await titles.CreateTitleAsync(new CreateTitleRequest { Kind = TitleKind.Series, Name = $"Harbour Lights {number}" })).Title;
        await new SeasonService.SeasonServiceClient(admin).CreateSeasonAsync(new CreateSeasonRequest { TitleId = title.Id, Number = 1 });
        await titles.PublishTitleAsync(new PublishTitleRequest { TitleId = title.Id });
        return title.Id;
    }

    private static async Task<Bundle> PublishBundleAsync(CallInvoker admin, CallInvoker service, IObjectStore store, string titleId, bool requiresToken)
    {
        var bundles = new BundleService.BundleServiceClient(service);
        var bundle = (await bundles.ReserveBundleAsync(new ReserveBundleRequest
        {
            BundleId = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString(),
            TitleId = titleId,
            Kind = BundleKind.Season,
            SeasonNumber = 1,
            SizeBytes = Content.Length,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(Content)),
            RequiresToken = requiresToken,
            ExpireTime = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow().AddDays(2)),
        })).Bundle;
        await bundles.VerifyBundleAsync(new VerifyBundleRequest { BundleId = bundle.Id });
        await store.PutAsync(
            StorageKey.Parse(bundle.StorageKey), new MemoryStream(Content), Content.Length, sha256: null, new ObjectHeaders { ContentType = "application/zip" }, CancellationToken.None);
        return (await new BundleService.BundleServiceClient(admin).PublishBundleAsync(new PublishBundleRequest { BundleId = bundle.Id })).Bundle;
    }
}
