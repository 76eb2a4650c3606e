using Google.Protobuf.WellKnownTypes;
using MoviesNow.Catalog.V1;
using MoviesNow.Delivery.Tests.Support;
using MoviesNow.Delivery.Titles;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Delivery.Tests.Bundles;

/// <summary>What was withdrawn is served from memory for one second at most.</summary>
[Collection(DeliveryTestGroup.Name)]
public sealed class WithdrawnTests(DeliverySystem system)
{
    public static TheoryData<string, string> Withdrawals => new()
    {
        { "title archived", "BUNDLE_NOT_FOUND" },
        { "bundle deleted", "BUNDLE_NOT_FOUND" },
        { "expiry moved to the past", "BUNDLE_NOT_FOUND" },
        { "window closed", "NOT_AVAILABLE" },
        { "country removed", "NOT_AVAILABLE" },
    };

    [Theory]
    [MemberData(nameof(Withdrawals))]
    public async Task Ask_AfterAWithdrawal_IsServedForOneSecondAtMost(string withdrawal, string reason)
    {
        var clock = new StoppedClock();
        await using var replica = system.WithClock(clock);
        var delivery = replica.As(identity: null);
        Way[] ways = [Way.Id, Way.Season, Way.Key, Way.Batch];
        var bundle = await system.PublishedAsync();
        foreach (var way in ways)
        {
            Assert.Equal("", await delivery.AskAsync(way, bundle));
        }

        await WithdrawAsync(withdrawal, bundle);

        clock.Now += CatalogMemory.RefreshAge - TimeSpan.FromTicks(1);
        foreach (var way in ways)
        {
            Assert.Equal("", await delivery.AskAsync(way, bundle));
        }

        clock.Now += CatalogMemory.Freshness - CatalogMemory.RefreshAge + TimeSpan.FromTicks(1);
        foreach (var way in ways)
        {
            Assert.Equal(reason, await delivery.AskAsync(way, bundle));
        }
    }

    [Fact]
    public void Freshness_OfAnAnswer_IsWhatTheContractSays() => Assert.Equal(TimeSpan.FromSeconds(1), CatalogMemory.Freshness);

    [Fact]
    public async Task Ask_ExpiredWhileRemembered_IsRefusedAtOnce()
    {
        var clock = new StoppedClock();
        await using var replica = system.WithClock(clock);
        var bundle = await system.PublishedAsync();
        // The catalogue's clock is the real one, and it takes this replica's tokens as long as the clocks are not too far apart.
        await system.ExpireAsync(bundle, TimeSpan.FromSeconds(20));
        var expiry = (await system.CatalogBundles(Identity.Admin).GetBundleAsync(new GetBundleRequest { BundleId = bundle.Id })).Bundle.ExpireTime.ToDateTimeOffset();
        clock.Now = expiry - TimeSpan.FromSeconds(1);
        Assert.Equal("", await replica.As(identity: null).AskAsync(Way.Id, bundle));

        clock.Now = expiry;

        Assert.Equal("BUNDLE_NOT_FOUND", await replica.As(identity: null).AskAsync(Way.Id, bundle));
    }

    [Fact]
    public async Task ListBundles_AfterAWithdrawal_IsWithoutItAtOnce()
    {
        var bundle = await system.PublishedAsync();
        Assert.Equal("", await system.As(identity: null).AskAsync(Way.List, bundle));

        await WithdrawAsync("title archived", bundle);

        Assert.Equal("BUNDLE_NOT_FOUND", await system.As(identity: null).AskAsync(Way.List, bundle));
    }

    private async Task WithdrawAsync(string withdrawal, Bundle bundle)
    {
        switch (withdrawal)
        {
            case "title archived":
                await system.Titles.ArchiveTitleAsync(new ArchiveTitleRequest { TitleId = bundle.TitleId });
                break;
            case "bundle deleted":
                await system.CatalogBundles(Identity.Service).ReleaseBundleAsync(new ReleaseBundleRequest { BundleId = bundle.Id });
                break;
            case "expiry moved to the past":
                await system.ExpireAsync(bundle, TimeSpan.FromSeconds(-1));
                break;
            case "window closed":
                await RestrictAsync(bundle, new Availability { Until = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow.AddDays(-1)) });
                break;
            default:
                await RestrictAsync(bundle, new Availability { CountryRule = CountryRule.Include, Countries = { "NO" } });
                break;
        }
    }

    private async Task RestrictAsync(Bundle bundle, Availability availability)
    {
        var title = (await system.Titles.GetTitleAsync(new GetTitleRequest { TitleId = bundle.TitleId })).Title;
        await system.Titles.UpdateTitleAsync(new UpdateTitleRequest
        {
            Title = new Title(title) { Availability = availability },
            UpdateMask = new FieldMask { Paths = { "availability" } },
        });
    }
}
