using Grpc.Core;
using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Catalog.Tests.Assets;

/// <summary>Who repeats the recording of an asset with its idempotency key gets the asset, with and without Redis; anybody else is refused.</summary>
[Collection(CatalogTestGroup.Name)]
public sealed class RecordAssetOnceTests(CatalogFixture catalog)
{
    private const string NoRedis = "127.0.0.1:1,connectTimeout=100";

    private readonly string _key = Guid.NewGuid().ToString();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RecordAsset_RecordIsLost_AnswersWithWhatTheCallRecorded(bool isPrimary)
    {
        var request = await RequestAsync(isPrimary);
        await using var other = catalog.WithRedis(NoRedis);

        var recorded = await catalog.One.Admin.Assets.RecordAssetAsync(request, Keyed());

        Assert.Equal(recorded, await other.Admin.Assets.RecordAssetAsync(request, Keyed()));
        Assert.Equal(recorded.Asset, Assert.Single(await ListAsync(request)));
    }

    [Fact]
    public async Task RecordAsset_ByAnotherCall_IsNotTakenForTheFirst()
    {
        var request = await RequestAsync(isPrimary: true);
        await using var replica = catalog.WithRedis(NoRedis);
        var admin = replica.Admin.Assets;
        var recorded = await admin.RecordAssetAsync(request, Keyed());

        var larger = request.Clone();
        larger.SizeBytes++;
        await RpcAssert.FailsAsync(ErrorReason.AssetExists, async () => await admin.RecordAssetAsync(larger, Keyed()));
        await RpcAssert.FailsAsync(ErrorReason.AssetExists, async () => await admin.RecordAssetAsync(request));
        await RpcAssert.FailsAsync(ErrorReason.AssetExists, async () => await replica.Service.Assets.RecordAssetAsync(request, Keyed()));
        var elsewhere = request.Clone();
        elsewhere.StorageKey += "2";
        await RpcAssert.FailsAsync(ErrorReason.PrimaryAssetExists, async () => await admin.RecordAssetAsync(elsewhere, Keyed()));
        elsewhere.IsPrimary = false;
        Assert.NotEqual(recorded.Asset.Id, (await admin.RecordAssetAsync(elsewhere, Keyed())).Asset.Id);
    }

    [Fact]
    public async Task RecordAsset_AtOnceAndRedisIsDown_RecordsOneAsset()
    {
        var request = await RequestAsync(isPrimary: true);
        await using var one = catalog.WithRedis(NoRedis);
        await using var two = catalog.WithRedis(NoRedis);
        Replica[] replicas = [one, two];

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => replicas[i % 2].Admin.Assets.RecordAssetAsync(request, Keyed()).ResponseAsync));

        Assert.Equal(Assert.Single(answers.Distinct()).Asset, Assert.Single(await ListAsync(request)));
    }

    private async Task<RecordAssetRequest> RequestAsync(bool isPrimary)
    {
        var title = await catalog.One.TitleAsync(TitleKind.Movie);
        return new()
        {
            Scope = new() { TitleId = title.Id },
            Kind = AssetKind.Poster,
            StorageKey = $"artwork/title/{title.Id}/poster.jpg",
            MimeType = "image/jpeg",
            SizeBytes = 1_000,
            Sha256 = Samples.Sha256,
            IsPrimary = isPrimary,
        };
    }

    private async Task<IEnumerable<MediaAsset>> ListAsync(RecordAssetRequest request) =>
        (await catalog.Two.Admin.Assets.ListAssetsAsync(new() { Scope = request.Scope })).Assets;

    private Metadata Keyed() => new() { { IdempotencyKey.Header, _key } };
}
