using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Delivery.Links;
using MoviesNow.Delivery.Policy;
using MoviesNow.Delivery.Quotas;
using MoviesNow.Delivery.Tests.Support;
using MoviesNow.Delivery.Tests.Tokens;
using MoviesNow.Delivery.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Storage;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Delivery.Tests.Quotas;

/// <summary>Links for each network and day, shared by replicas.</summary>
[Collection(DeliveryTestGroup.Name)]
public sealed class QuotaTests(DeliverySystem system)
{
    private static readonly (string, string?)[] Three = [("Delivery:Quotas:BundlesPerDay", "3"), ("Delivery:Quotas:DownloadsPerDay", "2")];

    private readonly string _address = RedemptionTests.AnyAddress();

    [Fact]
    public async Task GetBundleUrl_OverTheQuota_IsRefusedOnEveryReplicaUntilTheDaysEnd()
    {
        var clock = new MovingClock();
        await using var one = system.With(clock, Three);
        await using var two = system.With(clock, Three);
        var bundle = await system.PublishedAsync();

        Assert.Equal(["2", "1", "0"], [await RemainingAsync(one, bundle), await RemainingAsync(two, bundle), await RemainingAsync(one, bundle)]);
        foreach (var replica in new[] { one, two })
        {
            var refused = await Assert.ThrowsAsync<RpcException>(() => RemainingAsync(replica, bundle));
            var delay = RpcErrors.DetailOf<Google.Rpc.RetryInfo>(refused)!.RetryDelay.ToTimeSpan();
            Assert.Equal("QUOTA_EXCEEDED", RpcErrors.InfoOf(refused)!.Reason);
            Assert.InRange(DateTime.UtcNow + delay, DateTime.UtcNow.Date.AddDays(1).AddSeconds(-5), DateTime.UtcNow.Date.AddDays(1).AddSeconds(5));
        }

        // Another network has its own, and services and admins have none.
        Assert.Equal("2", await RemainingAsync(one, bundle, RedemptionTests.AnyAddress()));
        Assert.Equal("not counted", await RemainingAsync(one, bundle, _address, Identity.Service));
        Assert.Equal("not counted", await RemainingAsync(one, bundle, _address, Identity.Admin));
        await Assert.ThrowsAsync<RpcException>(() => RemainingAsync(one, bundle, _address, Identity.Viewer));
    }

    [Fact]
    public async Task TakeAsync_NextDay_HasANewQuota()
    {
        var clock = new StoppedClock { Now = new DateTimeOffset(DateTimeOffset.UtcNow.UtcDateTime.Date.AddHours(23), TimeSpan.Zero) };
        await using var replica = system.With(clock, ("Delivery:Quotas:BundlesPerDay", "1"));
        var quotas = replica.Services.GetRequiredService<DownloadQuotas>();

        Assert.Equal([QuotaFact.Left, QuotaFact.UsedUp, QuotaFact.UsedUp], [await TakeAsync(), await TakeAsync(), await TakeAsync()]);
        Assert.Equal(TimeSpan.FromHours(1), quotas.UntilRenewal());
        clock.Now = clock.Now.AddHours(1);
        Assert.Equal([QuotaFact.Left, QuotaFact.UsedUp], [await TakeAsync(), await TakeAsync()]);

        async Task<QuotaFact> TakeAsync()
        {
            var item = new LinkItem(new LinkTarget("x", null), new DownloadOptions(), "")
            {
                Download = new AdmittedDownload(StorageKey.Parse("x"), "", "", QuotaKind.Bundles, default, null, RequiresBundle: true, RequiresToken: false),
            };
            await quotas.TakeAsync(_address, [item]);
            return item.Facts.Quota;
        }
    }

    [Fact]
    public async Task GetBundleUrl_AddressesOfOneIpv6Network_ShareAQuota()
    {
        await using var replica = system.With(clock: null, Three);
        var bundle = await system.PublishedAsync();
        var network = $"2001:db8:{Random.Shared.Next(0x10000):x}:{Random.Shared.Next(0x10000):x}";

        Assert.Equal("2", await RemainingAsync(replica, bundle, $"{network}::1"));
        Assert.Equal("1", await RemainingAsync(replica, bundle, $"{network}:ffff::2"));

        // What the client claims itself stands further left.
        Assert.Equal("0", await RemainingAsync(replica, bundle, $"198.51.100.7, {network}::3"));
        await Assert.ThrowsAsync<RpcException>(() => RemainingAsync(replica, bundle, $"{network}::4"));
    }

    [Fact]
    public async Task GetBundleUrl_ForwardedByNobodyOfTrust_CountsForTheConnection()
    {
        await using var replica = system.With(clock: null, [.. Three, ("Proxies:TrustedNetworks:0", "10.0.0.0/8"), ("RateLimits:Salt", $"salt of this test {Guid.NewGuid()}")]);
        var bundle = await system.PublishedAsync();

        Assert.Equal(["2", "1", "0"], [
            await RemainingAsync(replica, bundle, "203.0.113.1"), await RemainingAsync(replica, bundle, "203.0.113.2"), await RemainingAsync(replica, bundle, "203.0.113.3")]);
        await Assert.ThrowsAsync<RpcException>(() => RemainingAsync(replica, bundle, "203.0.113.4"));
    }

    [Fact]
    public async Task GetDownloadUrl_KindsOfDownloads_HaveQuotasOfTheirOwn()
    {
        await using var replica = system.With(clock: null, Three);
        var bundle = await system.PublishedAsync();
        var key = Asking.ManifestOf(bundle);
        await system.StoreAsync(key, "{}"u8.ToArray());
        await system.CatalogBundles(Identity.Service).RecordBundleManifestAsync(new RecordBundleManifestRequest { BundleId = bundle.Id });
        var links = ClientOf(replica, _address);

        Assert.Equal("2", await RemainingAsync(replica, bundle));
        var call = links.GetDownloadUrlAsync(new GetDownloadUrlRequest { StorageKey = key });
        Assert.Equal("1", (await call.ResponseHeadersAsync).GetValue("quota-downloads-remaining"));
        await call;
        Assert.Equal("1", await RemainingAsync(replica, bundle));
    }

    [Fact]
    public async Task GetBundleUrl_NoLinkInTheEnd_CountsForNothing()
    {
        await using var replica = system.With(clock: null, Three);
        var (there, missing) = (await system.PublishedAsync(), await system.PublishedAsync(withObject: false));
        for (var i = 0; i < 10; i++)
        {
            await RpcAssert.FailsAsync(ErrorReason.ObjectNotFound, () => RemainingAsync(replica, missing));
            await RpcAssert.FailsAsync(
                ErrorReason.BundleNotFound, async () => await ClientOf(replica, _address).GetBundleUrlAsync(new GetBundleUrlRequest { BundleId = Guid.CreateVersion7().ToString() }));
        }

        Assert.Equal("2", await RemainingAsync(replica, there));
    }

    [Fact]
    public async Task BatchGetDownloadUrls_MoreThanIsLeft_GivesTheFirst()
    {
        await using var replica = system.With(clock: null, Three);
        var bundles = new List<Bundle>();
        for (var i = 0; i < 5; i++)
        {
            bundles.Add(await system.PublishedAsync(withObject: i != 1));
        }

        var call = ClientOf(replica, _address).BatchGetDownloadUrlsAsync(
            new BatchGetDownloadUrlsRequest { Requests = { bundles.Select(bundle => new GetDownloadUrlRequest { StorageKey = bundle.StorageKey }) } });

        Assert.Equal(["", "OBJECT_NOT_FOUND", "", "QUOTA_EXCEEDED", "QUOTA_EXCEEDED"], (await call).Results.Select(result => result.ErrorReason));
        Assert.Equal("0", await RemainingAsync(replica, bundles[0]));
    }

    [Fact]
    public async Task GetBundleUrl_TwoHundredAtOnceOnThreeReplicas_GivesExactlyTheQuota()
    {
        (string, string?)[] settings = [("Delivery:Quotas:BundlesPerDay", "50")];
        await using var one = system.With(clock: null, settings);
        await using var two = system.With(clock: null, settings);
        await using var three = system.With(clock: null, settings);
        var bundle = await system.PublishedAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            try
            {
                await RemainingAsync((i % 3) switch { 0 => one, 1 => two, _ => three }, bundle);
                return true;
            }
            catch (RpcException)
            {
                return false;
            }
        }));

        Assert.Equal(50, outcomes.Count(isGiven => isGiven));
    }

    [Fact]
    public async Task GetBundleUrl_RedisDown_CountsAloneAndTogetherAgainAfterwards()
    {
        await using var replica = system.With(clock: null, Three);
        var bundle = await system.PublishedAsync();
        Assert.Equal(["2", "1", "0"], [await RemainingAsync(replica, bundle), await RemainingAsync(replica, bundle), await RemainingAsync(replica, bundle)]);
        await system.Redis.KillAsync();
        try
        {
            Assert.Equal(["2", "1", "0"], [await RemainingAsync(replica, bundle), await RemainingAsync(replica, bundle), await RemainingAsync(replica, bundle)]);
            await Assert.ThrowsAsync<RpcException>(() => RemainingAsync(replica, bundle));
        }
        finally
        {
            await system.Redis.StartAsync();
        }

        // The count of before is there again; another network's tells when that is.
        await Eventually.HoldsAsync(async () =>
        {
            var other = RedemptionTests.AnyAddress();
            await RemainingAsync(replica, bundle, other);
            await using var fresh = system.With(clock: null, Three);
            return await RemainingAsync(fresh, bundle, other) == "1";
        });
        await Assert.ThrowsAsync<RpcException>(() => RemainingAsync(replica, bundle));
    }

    private static DownloadLinkService.DownloadLinkServiceClient ClientOf(ServiceFactory<LinkTtlOptions> replica, string address, Identity? identity = null) =>
        new(replica.As(identity, ("x-forwarded-for", address)));

    /// <summary>Asks for a link, and gives what the answer says is left.</summary>
    private async Task<string> RemainingAsync(ServiceFactory<LinkTtlOptions> replica, Bundle bundle, string? address = null, Identity? identity = null)
    {
        var call = ClientOf(replica, address ?? _address, identity).GetBundleUrlAsync(new GetBundleUrlRequest { BundleId = bundle.Id });
        await call;
        var headers = await call.ResponseHeadersAsync;
        if (headers.GetValue("quota-bundles-remaining") is { } remaining)
        {
            Assert.InRange(int.Parse(headers.GetValue("quota-reset-seconds")!), 1, 86_400);
            return remaining;
        }

        return "not counted";
    }
}
