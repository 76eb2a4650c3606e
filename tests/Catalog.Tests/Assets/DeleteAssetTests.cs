using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Catalog.Tests.Assets;

[Collection(CatalogTestGroup.Name)]
public sealed class DeleteAssetTests(CatalogFixture catalog)
{
    [Fact]
    public async Task DeleteAsset_WithoutVariants_RemovesIt()
    {
        var asset = await catalog.One.VideoAssetAsync();

        await RpcAssert.FailsAsync(ErrorReason.EtagMismatch, () => DeleteAsync(catalog.One, new() { AssetId = asset.Id, Etag = "99" }));
        await DeleteAsync(catalog.One, new() { AssetId = asset.Id, Etag = asset.Etag });

        await RpcAssert.FailsAsync(ErrorReason.AssetNotFound, async () => await catalog.Two.Admin.Assets.GetAssetAsync(new() { AssetId = asset.Id }));
        await RpcAssert.FailsAsync(ErrorReason.AssetNotFound, () => DeleteAsync(catalog.One, new() { AssetId = asset.Id, Cascade = true }));
        await RpcAssert.FailsOnFieldsAsync(["asset_id"], () => DeleteAsync(catalog.One, new() { AssetId = "x" }));
    }

    [Fact]
    public async Task DeleteAsset_WithVariants_NeedsToBeAskedToCascade()
    {
        var asset = await catalog.One.VideoAssetAsync();
        await LadderAsync(catalog.One, asset);
        var other = await catalog.One.CreateAsync(SampleVariants.Step(await catalog.One.VideoAssetAsync()));

        await RpcAssert.FailsAsync(ErrorReason.InUse, () => DeleteAsync(catalog.One, new() { AssetId = asset.Id }));
        await RpcAssert.FailsAsync(ErrorReason.EtagMismatch, () => DeleteAsync(catalog.One, new() { AssetId = asset.Id, Etag = "99", Cascade = true }));
        Assert.Equal(4, (await catalog.Two.VariantsAsync(asset.Id)).Count);

        await DeleteAsync(catalog.One, new() { AssetId = asset.Id, Etag = asset.Etag, Cascade = true });

        await RpcAssert.FailsAsync(ErrorReason.AssetNotFound, () => catalog.Two.VariantsAsync(asset.Id));
        Assert.Equal(other, Assert.Single(await catalog.Two.VariantsAsync(other.AssetId)));
    }

    [Fact]
    public async Task DeleteAsset_WithCascadeAmongCreations_NeverFindsItInUse()
    {
        for (var round = 0; round < 10; round++)
        {
            var asset = await catalog.One.VideoAssetAsync();

            var outcomes = await Race.OutcomesAsync(12, async i =>
            {
                switch (i)
                {
                    case 5:
                        await DeleteAsync(catalog.InTurn(i), new() { AssetId = asset.Id, Cascade = true });
                        return "deleted";
                    case 3:
                        await LadderAsync(catalog.InTurn(i), asset);
                        return "ladder";
                    default:
                        await catalog.InTurn(i).CreateAsync(SampleVariants.Free(asset));
                        return "created";
                }
            });

            Assert.Equal("OK", outcomes[5]);
            Assert.All(outcomes, outcome => Assert.Contains(outcome, (string[])["OK", "ASSET_NOT_FOUND"]));
            await RpcAssert.FailsAsync(ErrorReason.AssetNotFound, () => catalog.One.VariantsAsync(asset.Id));
        }
    }

    private static async Task DeleteAsync(Replica replica, DeleteAssetRequest request) => await replica.Admin.Assets.DeleteAssetAsync(request);

    private static async Task LadderAsync(Replica replica, MediaAsset asset) =>
        await replica.Service.Variants.CreateLadderAsync(new() { AssetId = asset.Id, Variants = { SampleVariants.Ladder(asset) } });
}
