using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.Tests.Playback;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Catalog.Tests.Packages;

/// <summary>Packages take each other's place as a whole, in the order of their revisions.</summary>
[Collection(CatalogTestGroup.Name)]
public sealed class PublishPackageTests(CatalogFixture catalog)
{
    [Fact]
    public async Task PublishPackage_Again_IsAnsweredAsItIs()
    {
        var request = Request(await MovieAsync());
        var published = await PublishAsync(request);

        var again = await Task.WhenAll(Enumerable.Range(0, 9).Select(i => PublishAsync(request, i)));

        Assert.All(again, answer => Assert.Equal(published, answer));
        Assert.Equal(request.Variants.Count, (await catalog.One.VariantsAsync(published.Asset.Id)).Count);
        Assert.Single(await AssetsAsync(request.Scope, AssetKind.Subtitle));
    }

    [Fact]
    public async Task PublishPackage_OfAHigherRevision_ReplacesLadderTextsAndTheAssetsObject()
    {
        var title = await MovieAsync();
        var (first, second) = (Request(title, revision: 1), Request(title, revision: 2));
        var before = await PublishAsync(first);
        var after = await PublishAsync(second, replica: 1);

        Assert.Equal(before.Asset.Id, after.Asset.Id);
        Assert.Equal(second.Video.StorageKey, after.Asset.StorageKey);
        Assert.Equal(Keys(second.Variants), Keys(await catalog.One.VariantsAsync(after.Asset.Id)));
        Assert.Equal(second.Texts[0].Object.StorageKey, Assert.Single(await AssetsAsync(first.Scope, AssetKind.Subtitle)).StorageKey);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task PublishPackage_OfNoHigherRevision_IsSuperseded(long late)
    {
        var title = await MovieAsync();
        var current = await PublishAsync(Request(title, revision: 2));

        await RpcAssert.FailsAsync(ErrorReason.PackageSuperseded, () => PublishAsync(Request(title, late), replica: 1));

        Assert.Equal(Keys(current.Variants), Keys(await catalog.One.VariantsAsync(current.Asset.Id)));
    }

    [Fact]
    public async Task PublishPackage_ManyAtOnce_LeavesTheHighestRevision()
    {
        var title = await MovieAsync();
        var requests = Enumerable.Range(1, 30).Select(revision => Request(title, revision)).ToArray();

        var outcomes = await Race.OutcomesAsync(30, i => PublishAsync(requests[(i * 7) % 30], i));

        Assert.All(outcomes, outcome => Assert.Contains(outcome, (string[])["OK", "PACKAGE_SUPERSEDED"]));
        var asset = Assert.Single(await AssetsAsync(requests[0].Scope, AssetKind.Video));
        Assert.Equal(requests[^1].Video.StorageKey, asset.StorageKey);
        Assert.Equal(Keys(requests[^1].Variants), Keys(await catalog.One.VariantsAsync(asset.Id)));
        Assert.Single(await AssetsAsync(requests[0].Scope, AssetKind.Subtitle));
    }

    [Fact]
    public async Task PublishPackage_KeyOfAnotherTitle_LeavesNothingBehind()
    {
        var (taken, title) = (await PublishAsync(Request(await MovieAsync())), await MovieAsync());
        var request = Request(title);
        request.Variants[2].StorageKey = taken.Variants[0].StorageKey;
        request.Texts[0].Object.StorageKey = "subs/title/x.vtt";
        request.Video.StorageKey = "";

        await RpcAssert.FailsOnFieldsAsync(
            ["variants[2].storage_key", "texts[0].object.storage_key", "video.storage_key"], () => PublishAsync(request));
        Assert.Empty(await AssetsAsync(request.Scope, AssetKind.Video));
    }

    [Fact]
    public async Task PublishPackage_KeyOfAnotherVariant_NamesIt()
    {
        var title = await MovieAsync();
        var other = await catalog.One.VideoAssetAsync(title);
        var request = Request(title);
        var taken = SampleVariants.Free(other);
        taken.StorageKey = $"downloads/{title}/720p/{Samples.NewId():N}.mp4";
        (taken.Protocol, taken.Container) = (StreamProtocol.Mp4, Container.Mp4);
        await catalog.One.CreateAsync(taken);
        request.Variants[3].StorageKey = taken.StorageKey;

        var error = await RpcAssert.FailsAsync(ErrorReason.VariantExists, () => PublishAsync(request));

        Assert.Equal("variants[3].storage_key", ServiceDefaults.Errors.RpcErrors.InfoOf(error)!.Metadata["field"]);
        Assert.Empty(await AssetsAsync(request.Scope, AssetKind.Subtitle));
        request.Variants[3].StorageKey = $"hls/{title}/v/{Samples.NewId():N}.m3u8";
        await PublishAsync(request);
        Assert.Contains(taken.StorageKey, Keys(await catalog.One.VariantsAsync(other.Id)));
    }

    [Fact]
    public async Task PublishPackage_BadFields_AreAllNamed()
    {
        var request = Request(await MovieAsync());
        request.PackageId = "x";
        request.Revision = 0;
        request.Texts.Add(request.Texts[0].Clone());
        request.Texts.Add(new PackageText { Kind = AssetKind.Poster });
        request.Variants[1].Tier = request.Variants[0].Tier;

        await RpcAssert.FailsOnFieldsAsync(
            [
                "package_id", "revision", "texts[1].object", "texts[1].is_primary", "texts[2].kind", "texts[2].language", "texts[2].object",
                "variants[1].height", "variants[1].tier",
            ],
            () => PublishAsync(request));
        await RpcAssert.FailsAsync(ErrorReason.TitleNotFound, () => PublishAsync(Request(Samples.NewId().ToString())));
    }

    private async Task<string> MovieAsync() => (await PlayableTitle.MovieAsync(catalog.One)).Scope.TitleId;

    private async Task<PublishPackageResponse> PublishAsync(PublishPackageRequest request, int replica = 0) =>
        await catalog.InTurn(replica).Service.Packages.PublishPackageAsync(request);

    private async Task<IEnumerable<MediaAsset>> AssetsAsync(AssetScope scope, AssetKind kind) =>
        (await catalog.Two.Service.Assets.ListAssetsAsync(new ListAssetsRequest { Scope = scope, Kind = kind })).Assets;

    private static IEnumerable<string> Keys(IEnumerable<StreamVariant> variants) => variants.Select(variant => variant.StorageKey).Order();

    private static PublishPackageRequest Request(string titleId, long revision = 1)
    {
        var asset = new MediaAsset { Scope = new AssetScope { TitleId = titleId } };
        var variants = SampleVariants.Ladder(asset);
        foreach (var variant in variants)
        {
            variant.AssetId = "";
        }

        return new()
        {
            PackageId = Samples.NewId().ToString(),
            Revision = revision,
            Scope = asset.Scope,
            Video = Object(variants[0].StorageKey),
            Variants = { variants },
            Texts = { new PackageText { Kind = AssetKind.Subtitle, Language = "en", IsPrimary = true, Object = Object(SampleVariants.KeyOf(asset)) } },
        };
    }

    private static PackageObject Object(string key) =>
        new() { StorageKey = key, MimeType = "application/vnd.apple.mpegurl", SizeBytes = 100, Sha256 = Samples.Sha256 };
}
