using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Catalog.Tests.Bundles;

[Collection(CatalogTestGroup.Name)]
public sealed class FindBundleTests(CatalogFixture catalog)
{
    private BundleService.BundleServiceClient Service => catalog.Two.Service.Bundles;

    [Fact]
    public async Task ListBundles_InPages_IsNewestFirstAndComplete()
    {
        var title = await catalog.One.TitleAsync();
        var ids = new List<string>();
        for (var season = 1; season <= 5; season++)
        {
            await catalog.One.SeasonAsync(title.Id, season);
            ids.Insert(0, (await catalog.One.BundleAsync(Samples.SeasonBundle(title.Id, season), BundleState.Pending)).Id);
        }

        var request = new ListBundlesRequest { TitleId = title.Id, PageSize = 2 };
        var sizes = new List<int>();
        var found = new List<string>();
        do
        {
            var page = await Service.ListBundlesAsync(request);
            sizes.Add(page.Bundles.Count);
            found.AddRange(page.Bundles.Select(bundle => bundle.Id));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal(ids, found, StringComparer.Ordinal);
        Assert.Equal([2, 2, 1], sizes);
    }

    [Fact]
    public async Task ListBundles_WithFilters_HasWhatTheyName()
    {
        var published = await catalog.One.BundleAsync(BundleState.Published);
        var pending = await catalog.One.BundleAsync(BundleState.Pending);
        var ofDraft = await catalog.One.BundleAsync(BundleState.Published, titlePublished: false);

        Assert.Single((await Service.ListBundlesAsync(new() { TitleId = published.TitleId, DownloadableOnly = true })).Bundles);
        Assert.Empty((await Service.ListBundlesAsync(new() { TitleId = pending.TitleId, DownloadableOnly = true })).Bundles);
        Assert.Empty((await Service.ListBundlesAsync(new() { TitleId = ofDraft.TitleId, DownloadableOnly = true })).Bundles);
        Assert.Single((await Service.ListBundlesAsync(new() { TitleId = pending.TitleId, State = BundleState.Pending })).Bundles);
        Assert.Empty((await Service.ListBundlesAsync(new() { TitleId = pending.TitleId, State = BundleState.Verified })).Bundles);
        Assert.Empty((await Service.ListBundlesAsync(new() { TitleId = Samples.NewId().ToString() })).Bundles);
    }

    [Fact]
    public async Task ListBundles_WithBadFields_NamesEachOfThem()
    {
        var request = new ListBundlesRequest { PageSize = -1, TitleId = "x", State = (BundleState)99 };
        await RpcAssert.FailsOnFieldsAsync(["page_size", "title_id", "state"], async () => await Service.ListBundlesAsync(request));
    }

    [Fact]
    public async Task ListBundles_WithATokenOfAnotherRequest_IsRefused()
    {
        var first = await catalog.One.BundleAsync(BundleState.Pending);
        await catalog.One.SeasonAsync(first.TitleId, 2);
        await catalog.One.BundleAsync(Samples.SeasonBundle(first.TitleId, 2), BundleState.Pending);
        var token = (await Service.ListBundlesAsync(new() { TitleId = first.TitleId, PageSize = 1 })).NextPageToken;

        var other = new ListBundlesRequest { TitleId = first.TitleId, PageSize = 1, DownloadableOnly = true, PageToken = token };
        await RpcAssert.FailsAsync(ErrorReason.InvalidPageToken, async () => await Service.ListBundlesAsync(other));
        await RpcAssert.FailsAsync(ErrorReason.InvalidPageToken, async () => await Service.ListBundlesAsync(new() { PageToken = "abc" }));
    }

    [Fact]
    public async Task ResolveBundle_ByIdSeasonAndKeys_FindsTheSameWithItsTitle()
    {
        var bundle = await catalog.One.BundleAsync(BundleState.Published);
        bundle = (await Service.RecordBundleManifestAsync(new() { BundleId = bundle.Id })).Bundle;

        var byId = await Service.ResolveBundleAsync(new() { BundleId = bundle.Id });
        Assert.Equal(bundle, byId.Bundle);
        Assert.Equal(TitleState.Published, byId.TitleState);
        Assert.Equal("Dark Rivers", byId.TitleName);
        Assert.Equal(new Availability(), byId.Availability);
        Assert.Equal(byId, await Service.ResolveBundleAsync(new() { Season = new() { TitleId = bundle.TitleId, SeasonNumber = 1 } }));
        Assert.Equal(byId, await Service.ResolveBundleAsync(new() { StorageKey = bundle.StorageKey }));
        Assert.Equal(byId, await Service.ResolveBundleAsync(new() { StorageKey = "//" + bundle.ManifestKey }));
    }

    [Fact]
    public async Task BatchResolveBundles_OfSeveral_AnswersEachInItsPlaceAsAlone()
    {
        var (one, other) = (await catalog.One.BundleAsync(BundleState.Published), await catalog.One.BundleAsync(BundleState.Pending));
        ResolveBundleRequest[] requests =
        [
            new() { StorageKey = other.StorageKey },
            new() { BundleId = Guid.NewGuid().ToString() },
            new() { Season = new() { TitleId = one.TitleId, SeasonNumber = 1 } },
            new() { BundleId = one.Id },
            new() { BundleId = one.Id },
        ];

        var results = (await Service.BatchResolveBundlesAsync(new() { Requests = { requests } })).Results;

        Assert.Equal([other.Id, null, one.Id, one.Id, one.Id], results.Select(result => result.Found?.Bundle.Id));
        Assert.Equal(await Service.ResolveBundleAsync(requests[0]), results[0].Found);
        Assert.Equal(await Service.ResolveBundleAsync(requests[3]), results[2].Found);
    }

    [Fact]
    public async Task BatchResolveBundles_MalformedOrTooMany_NamesTheField()
    {
        await RpcAssert.FailsOnFieldsAsync(["requests"], async () => await Service.BatchResolveBundlesAsync(new()));
        var many = Enumerable.Range(0, 101).Select(_ => new ResolveBundleRequest { BundleId = Guid.NewGuid().ToString() });
        await RpcAssert.FailsOnFieldsAsync(["requests"], async () => await Service.BatchResolveBundlesAsync(new() { Requests = { many } }));
        await RpcAssert.FailsOnFieldsAsync(
            ["requests[0].bundle_id", "requests[1].reference"],
            async () => await Service.BatchResolveBundlesAsync(new() { Requests = { new ResolveBundleRequest { BundleId = "x" }, new ResolveBundleRequest() } }));
    }

    [Fact]
    public async Task ResolveBundle_OfAKeyWithASuccessor_FindsTheSuccessor()
    {
        var old = await catalog.One.BundleAsync(BundleState.Published);
        await using var later = catalog.Shifted(TimeSpan.FromDays(15));
        var successor = await later.BundleAsync(Samples.SeasonBundle(old.TitleId), BundleState.Pending);

        Assert.Equal(successor, (await Service.ResolveBundleAsync(new() { StorageKey = old.StorageKey })).Bundle);
        Assert.Equal(old.Id, (await Service.ResolveBundleAsync(new() { BundleId = old.Id })).Bundle.Id);
    }

    [Fact]
    public async Task ResolveBundle_OfWhatIsNotThere_IsNotFound()
    {
        var bundle = await catalog.One.BundleAsync(BundleState.Published);
        ResolveBundleRequest[] requests =
        [
            new() { Season = new() { TitleId = bundle.TitleId, SeasonNumber = 2 } },
            new() { StorageKey = $"bundles/{bundle.TitleId}/S01_manifest.json" },
            new() { StorageKey = "originals/secret.mov" },
        ];
        foreach (var request in requests)
        {
            await RpcAssert.FailsAsync(ErrorReason.BundleNotFound, async () => await Service.ResolveBundleAsync(request));
        }
    }

    public static TheoryData<ResolveBundleRequest, string[]> BadReferences() => new()
    {
        { new(), ["reference"] },
        { new() { Season = new() }, ["season.title_id"] },
        { new() { Season = new() { TitleId = "x", SeasonNumber = -1 } }, ["season.title_id", "season.season_number"] },
        { new() { Season = new() { TitleId = "0198c0de-7a5b-7c3d-8e9f-0123456789ab", SeasonNumber = 10_000 } }, ["season.season_number"] },
        { new() { StorageKey = "" }, ["storage_key"] },
        { new() { StorageKey = "bundles/../originals/x.mov" }, ["storage_key"] },
        { new() { StorageKey = "bundles/%2e%2e/x.zip" }, ["storage_key"] },
    };

    [Theory]
    [MemberData(nameof(BadReferences))]
    public async Task ResolveBundle_WithABadReference_NamesEachField(ResolveBundleRequest request, string[] fields) =>
        await RpcAssert.FailsOnFieldsAsync(fields, async () => await Service.ResolveBundleAsync(request));
}
