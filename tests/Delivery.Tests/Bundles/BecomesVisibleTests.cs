using Google.Protobuf.WellKnownTypes;
using MoviesNow.Catalog.V1;
using MoviesNow.Delivery.Tests.Support;
using MoviesNow.Delivery.V1;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Delivery.Tests.Bundles;

/// <summary>Who was refused before is served at once, in every way and by every replica, as soon as nothing stands in the way.</summary>
[Collection(DeliveryTestGroup.Name)]
public sealed class BecomesVisibleTests(DeliverySystem system)
{
    private const string NotFound = "BUNDLE_NOT_FOUND";

    public static TheoryData<Way> Ways => new(System.Enum.GetValues<Way>());

    public static TheoryData<Way> Links => new(System.Enum.GetValues<Way>().Where(way => way is not Way.List));

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Ask_BundlePublishedAfterTheRefusal_IsServedAtOnce(Way way)
    {
        var bundle = await StoredAsync();
        await AssertAllAsync(NotFound, way, bundle);

        await PublishAsync(bundle);

        await AssertAllAsync("", way, bundle);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Ask_TitlePublishedAfterTheRefusal_IsServedAtOnce(Way way)
    {
        var bundle = await StoredAsync(withPublishedTitle: false);
        await PublishAsync(bundle);
        await AssertAllAsync(NotFound, way, bundle);

        await system.Titles.PublishTitleAsync(new PublishTitleRequest { TitleId = bundle.TitleId });

        await AssertAllAsync("", way, bundle);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Ask_BundleCreatedAfterTheRefusal_IsServedAtOnce(Way way)
    {
        var former = await StoredAsync();
        await system.CatalogBundles(Identity.Service).ReleaseBundleAsync(new ReleaseBundleRequest { BundleId = former.Id });
        await AssertAllAsync(NotFound, way, former);

        var bundle = await WithObjectsAsync(await system.VerifiedAsync(former.TitleId));
        await PublishAsync(bundle);

        await AssertAllAsync("", way, bundle);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Ask_ExpiryMovedAfterTheRefusal_IsServedAtOnce(Way way)
    {
        var bundle = await PublishAsync(await StoredAsync());
        await system.ExpireAsync(bundle, TimeSpan.FromSeconds(-1));
        await AssertAllAsync(NotFound, way, bundle);

        await system.CatalogBundles(Identity.Admin).UpdateBundleAsync(new UpdateBundleRequest
        {
            Bundle = new Bundle(bundle) { ExpireTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow.AddDays(1)) },
            UpdateMask = new FieldMask { Paths = { "expire_time" } },
        });

        await AssertAllAsync("", way, bundle);
    }

    [Theory]
    [MemberData(nameof(Links))]
    public async Task Ask_CountryAddedAfterTheRefusal_IsServedAtOnceThoughAnotherCountryIsRemembered(Way way)
    {
        var bundle = await PublishAsync(await StoredAsync(availability: new Availability { CountryRule = CountryRule.Include, Countries = { "NO" } }));
        await AssertAllAsync("", way, bundle, country: "NO");
        await AssertAllAsync("NOT_AVAILABLE", way, bundle, country: "SE");

        var title = (await system.Titles.GetTitleAsync(new GetTitleRequest { TitleId = bundle.TitleId })).Title;
        await system.Titles.UpdateTitleAsync(new UpdateTitleRequest
        {
            Title = new Title(title) { Availability = new Availability { CountryRule = CountryRule.Include, Countries = { "NO", "SE" } } },
            UpdateMask = new FieldMask { Paths = { "availability" } },
        });

        await AssertAllAsync("", way, bundle, country: "SE");
    }

    [Theory]
    [MemberData(nameof(Links))]
    public async Task Ask_TokenProtectedBundlePublishedAfterTheRefusal_TakesTheTokenAtOnce(Way way)
    {
        var bundle = await StoredAsync(requiresToken: true);
        var key = way is Way.ManifestOfId or Way.ManifestOfSeason or Way.ManifestKey ? Asking.ManifestOf(bundle) : bundle.StorageKey;
        var minted = await system.Tokens(Identity.Admin).MintDownloadTokenAsync(new MintDownloadTokenRequest { StorageKey = key, MaxUses = 2 });
        var options = new DownloadOptions { Token = minted.Token };
        await AssertAllAsync(NotFound, way, bundle, options);

        await PublishAsync(bundle);

        await AssertAllAsync("TOKEN_REQUIRED", way, bundle);
        await AssertAllAsync("", way, bundle, options);
        await AssertAllAsync("TOKEN_INVALID", way, bundle, options);
    }

    [Theory]
    [InlineData(Way.ManifestOfId, "OBJECT_NOT_FOUND")]
    [InlineData(Way.ManifestOfSeason, "OBJECT_NOT_FOUND")]
    [InlineData(Way.ManifestKey, NotFound)]
    public async Task Ask_ManifestAddedAfterTheRefusal_IsServedAtOnce(Way way, string refusal)
    {
        var bundle = await system.PublishedAsync();
        await AssertAllAsync("", Way.Id, bundle);
        await AssertAllAsync(refusal, way, bundle);

        await WithObjectsAsync(bundle);

        await AssertAllAsync("", way, bundle);
    }

    [Theory]
    [MemberData(nameof(Links))]
    public async Task Ask_ObjectArrivedAfterTheRefusal_IsServedAtOnce(Way way)
    {
        var bundle = await PublishAsync(await RecordManifestAsync(await system.VerifiedAsync()));
        await AssertAllAsync("OBJECT_NOT_FOUND", way, bundle);

        await StoreAsync(bundle);

        await AssertAllAsync("", way, bundle);
    }

    private async Task AssertAllAsync(string reason, Way way, Bundle bundle, DownloadOptions? options = null, string country = "")
    {
        for (var replica = 0; replica < 2; replica++)
        {
            Assert.Equal(reason, await system.From(country, replica).AskAsync(way, bundle, options));
        }
    }

    /// <summary>A bundle with ZIP and manifest that nobody published yet.</summary>
    private async Task<Bundle> StoredAsync(bool requiresToken = false, Availability? availability = null, bool withPublishedTitle = true) =>
        await WithObjectsAsync(await system.VerifiedAsync(requiresToken, availability, withPublishedTitle));

    private async Task<Bundle> WithObjectsAsync(Bundle bundle)
    {
        await StoreAsync(bundle);
        return await RecordManifestAsync(bundle);
    }

    private async Task StoreAsync(Bundle bundle)
    {
        await system.StoreAsync(bundle.StorageKey, DeliverySystem.Content);
        await system.StoreAsync(Asking.ManifestOf(bundle), "{}"u8.ToArray());
    }

    private async Task<Bundle> RecordManifestAsync(Bundle bundle) =>
        (await system.CatalogBundles(Identity.Service).RecordBundleManifestAsync(new RecordBundleManifestRequest { BundleId = bundle.Id })).Bundle;

    private async Task<Bundle> PublishAsync(Bundle bundle) =>
        (await system.CatalogBundles(Identity.Admin).PublishBundleAsync(new PublishBundleRequest { BundleId = bundle.Id })).Bundle;
}
