using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Catalog.Tests.Streams;

[Collection(CatalogTestGroup.Name)]
public sealed class CreateLadderTests(CatalogFixture catalog)
{
    [Fact]
    public async Task CreateLadder_OfAnAsset_AnswersInTheOrderOfTheRequest()
    {
        var asset = await catalog.One.VideoAssetAsync();
        var asked = SampleVariants.Ladder(asset);
        asked[0].AssetId = "";
        asked[1].AssetId = asset.Id.ToUpperInvariant();

        var made = await LadderAsync(asset, asked);

        Assert.Equal(asked.Select(variant => variant.StorageKey), made.Select(variant => variant.StorageKey));
        Assert.All(made, variant => Assert.Equal(asset.Id, variant.AssetId));
        Assert.Equal(made.ToHashSet(), (await catalog.Two.VariantsAsync(asset.Id)).ToHashSet());
    }

    [Fact]
    public async Task CreateLadder_WithBrokenRules_NamesEachVariantAndLeavesNothing()
    {
        var asset = await catalog.One.VideoAssetAsync();
        var ladder = SampleVariants.Ladder(asset);
        ladder[0].Height = 481;
        ladder[1].AssetId = Samples.NewId().ToString();
        (ladder[2].Width, ladder[2].AudioLanguage) = (1, "?");
        (ladder[3].Tier, ladder[3].Height) = (QualityTier.P1080, 1_080);

        await RpcAssert.FailsOnFieldsAsync(
            ["variants[0].height", "variants[1].asset_id", "variants[2].width", "variants[2].audio_language", "variants[3].tier"],
            () => LadderAsync(asset, ladder));
        ladder = SampleVariants.Ladder(asset);
        (ladder[0].IsDefault, ladder[3].IsDefault, ladder[2].StorageKey) = (true, true, ladder[1].StorageKey);
        await RpcAssert.FailsOnFieldsAsync(["variants[3].is_default", "variants[2].storage_key"], () => LadderAsync(asset, ladder));
        Assert.Empty(await catalog.One.VariantsAsync(asset.Id));
    }

    [Fact]
    public async Task CreateLadder_OfNoneOrTooMany_IsRefused()
    {
        var asset = await catalog.One.VideoAssetAsync();

        await RpcAssert.FailsOnFieldsAsync(["variants"], () => LadderAsync(asset, []));
        await RpcAssert.FailsOnFieldsAsync(["variants"], () => LadderAsync(asset, Many(101)));
        await RpcAssert.FailsOnFieldsAsync(["asset_id", "variants"], async () => await catalog.One.Service.Variants.CreateLadderAsync(new()));
        Assert.Equal(100, (await LadderAsync(asset, Many(100))).Count);
        asset.Id = Samples.NewId().ToString();
        await RpcAssert.FailsAsync(ErrorReason.AssetNotFound, () => LadderAsync(asset, SampleVariants.Ladder(asset)));

        StreamVariant[] Many(int count) => [.. Enumerable.Range(0, count).Select(_ => SampleVariants.Free(asset))];
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task CreateLadder_WithAVariantThatCollides_LeavesNothing(int index)
    {
        var asset = await catalog.One.VideoAssetAsync();
        var ladder = SampleVariants.Ladder(asset);
        var there = await catalog.One.CreateAsync(SampleVariants.Step(asset, ladder[index].Tier));

        var error = await RpcAssert.FailsAsync(ErrorReason.VariantExists, () => LadderAsync(asset, ladder));

        Assert.Equal($"variants[{index}].tier", RpcErrors.InfoOf(error)!.Metadata["field"]);
        Assert.Equal(there, Assert.Single(await catalog.One.VariantsAsync(asset.Id)));
    }

    [Fact]
    public async Task CreateLadder_WithReplace_TakesThePlaceOfWhatIsThere()
    {
        var asset = await catalog.One.VideoAssetAsync();
        var before = SampleVariants.Ladder(asset);
        before[1].IsDefault = true;
        await LadderAsync(asset, before);
        await catalog.One.CreateAsync(SampleVariants.Free(asset));

        // Its keys too are free again.
        var after = await LadderAsync(asset, before[1..3], replace: true);

        Assert.Equal(after.ToHashSet(), (await catalog.Two.VariantsAsync(asset.Id)).ToHashSet());
    }

    [Fact]
    public async Task CreateLadder_WithReplaceThatFails_LeavesWhatWasThere()
    {
        var asset = await catalog.One.VideoAssetAsync();
        var before = await LadderAsync(asset, SampleVariants.Ladder(asset));
        var sibling = await catalog.One.CreateAsync(SampleVariants.Free(await catalog.One.VideoAssetAsync(asset.Scope.TitleId)));
        var ladder = SampleVariants.Ladder(asset);
        ladder[3].StorageKey = sibling.StorageKey;

        var error = await RpcAssert.FailsAsync(ErrorReason.VariantExists, () => LadderAsync(asset, ladder, replace: true));

        Assert.Equal("variants[3].storage_key", RpcErrors.InfoOf(error)!.Metadata["field"]);
        Assert.Equal(before.ToHashSet(), (await catalog.Two.VariantsAsync(asset.Id)).ToHashSet());
    }

    private async Task<IReadOnlyList<StreamVariant>> LadderAsync(MediaAsset asset, StreamVariant[] variants, bool replace = false) =>
        (await catalog.One.Service.Variants.CreateLadderAsync(new() { AssetId = asset.Id, Variants = { variants }, Replace = replace })).Variants;
}
