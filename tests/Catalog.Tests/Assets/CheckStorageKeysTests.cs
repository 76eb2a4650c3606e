using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Catalog.Tests.Assets;

/// <summary>Which objects of the bucket no row names.</summary>
[Collection(CatalogTestGroup.Name)]
public sealed class CheckStorageKeysTests(CatalogFixture catalog)
{
    private AssetService.AssetServiceClient Service => catalog.Two.Service.Assets;

    [Fact]
    public async Task CheckStorageKeys_OfAnAsset_IsKnownAndItsNeighbourIsNot()
    {
        var title = await catalog.One.TitleAsync(TitleKind.Movie);
        var asset = await catalog.One.VideoAssetAsync(title.Id);
        var neighbour = $"originals/{title.Id}/other.mov";
        Assert.Equal([neighbour], await UnknownAsync(asset.StorageKey, neighbour));
    }

    [Fact]
    public async Task CheckStorageKeys_BesideAndBelowAStream_AreKnown()
    {
        var title = await catalog.One.TitleAsync(TitleKind.Movie);
        var asset = await catalog.One.VideoAssetAsync(title.Id);
        var step = SampleVariants.Step(asset);
        step.StorageKey = $"hls/{title.Id}/v1/1080/index.m3u8";
        var variant = await catalog.One.CreateAsync(step);
        string[] known = [variant.StorageKey, $"hls/{title.Id}/v1/1080/segment_1.ts", $"hls/{title.Id}/v1/1080/more/segment_2.ts"];
        string[] unknown = [$"hls/{title.Id}/v1/segment_1.ts", $"hls/{title.Id}/v1/10801/segment_1.ts", $"hls/{title.Id}/index.m3u8"];
        Assert.Equal(unknown, await UnknownAsync([.. known, .. unknown]));
    }

    [Fact]
    public async Task CheckStorageKeys_OfABundle_AreKnownUntilItIsPurged()
    {
        var bundle = await catalog.One.BundleAsync(BundleState.Verified);
        var manifest = (await catalog.One.Service.Bundles.RecordBundleManifestAsync(new() { BundleId = bundle.Id })).Bundle.ManifestKey;
        await using var later = catalog.Shifted(TimeSpan.FromDays(15));
        Assert.Empty(await UnknownAsync(bundle.StorageKey, manifest));

        await later.Service.Bundles.ExpireBundleAsync(new() { BundleId = bundle.Id });
        Assert.Empty(await UnknownAsync(bundle.StorageKey, manifest));

        await later.Service.Bundles.PurgeBundleAsync(new() { BundleId = bundle.Id });
        Assert.Equal([bundle.StorageKey, manifest], await UnknownAsync(bundle.StorageKey, manifest));
    }

    [Fact]
    public async Task CheckStorageKeys_UnknownOnes_ComeOnceAndAsAsked()
    {
        var id = Samples.NewId();
        string[] keys = [$"bundles/{id}/S02.zip", $"artwork/title/{id}/b.png", $"artwork/title/{id}/a.png"];
        Assert.Equal(keys, await UnknownAsync([.. keys, keys[1]]));
        Assert.Empty(await UnknownAsync());
    }

    [Fact]
    public async Task CheckStorageKeys_AThousand_AreTakenAndNotOneMore()
    {
        var id = Samples.NewId();
        var keys = Enumerable.Range(0, 1_001).Select(i => $"artwork/title/{id}/{i}.png").ToArray();
        Assert.Equal(keys[1..], await UnknownAsync(keys[1..]));
        await RpcAssert.FailsOnFieldsAsync(["storage_keys"], () => UnknownAsync(keys));
    }

    [Fact]
    public async Task CheckStorageKeys_Malformed_NamesEach() => await RpcAssert.FailsOnFieldsAsync(
        ["storage_keys[0]", "storage_keys[2]"], () => UnknownAsync("../x", $"artwork/title/{Samples.NewId()}/a.png", ""));

    [Fact]
    public async Task CheckStorageKeys_ByAnAdministrator_IsRefused() => await RpcAssert.FailsAsync(
        ErrorReason.ServiceRequired, async () => await catalog.One.Admin.Assets.CheckStorageKeysAsync(new()));

    private async Task<IEnumerable<string>> UnknownAsync(params string[] keys) =>
        (await Service.CheckStorageKeysAsync(new() { StorageKeys = { keys } })).UnknownKeys;
}
