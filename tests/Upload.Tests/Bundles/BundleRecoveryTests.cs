using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Storage;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.V1;
using UploadTests.Support;

namespace UploadTests.Bundles;

/// <summary>What a crash leaves behind never blocks its key.</summary>
[Collection(nameof(SharedSystem))]
public sealed class BundleRecoveryTests(SharedSystem shared) : UploadTest(shared)
{
    [Fact]
    public async Task CreateBundle_ReservationWithoutSession_IsTakenOver()
    {
        // A creator died, or its call arrived late, after its session was cleared away.
        var (titleId, zip) = (await System.SeriesAsync(), Content.Zip());
        var dead = await ReserveAsync(titleId, zip);
        var created = await System.Bundles().CreateBundleAsync(Requests.Season(titleId, zip));
        Assert.NotEqual(dead.Id, created.Bundle.Id);
        await RpcAssert.FailsAsync(ErrorReason.BundleNotFound, () => System.CatalogBundles.GetBundleAsync(new GetBundleRequest { BundleId = dead.Id }).ResponseAsync);
    }

    [Fact]
    public async Task CreateBundle_VerifiedBundleWithoutSession_IsNotTouched()
    {
        var (titleId, zip) = (await System.SeriesAsync(), Content.Zip());
        var verified = await ReserveAsync(titleId, zip);
        await System.CatalogBundles.VerifyBundleAsync(new VerifyBundleRequest { BundleId = verified.Id });
        await RpcAssert.FailsAsync(ErrorReason.BundleExists, () => System.Bundles().CreateBundleAsync(Requests.Season(titleId, zip)).ResponseAsync);
        await System.CatalogBundles.GetBundleAsync(new GetBundleRequest { BundleId = verified.Id });
    }

    [Theory]
    [InlineData("opening", "lease_until = now() - interval '1 second'")]
    [InlineData("pending", "deadline = now() - interval '1 second'")]
    [InlineData("closing", "close_as = 'aborted'")]
    public async Task CreateBundle_SessionWhoseTimeIsOver_IsReplaced(string state, string change)
    {
        var (titleId, zip) = (await System.SeriesAsync(), Content.Zip());
        var request = Requests.Season(titleId, zip);
        request.Method = UploadMethod.Multipart;
        var first = await System.Bundles().CreateBundleAsync(request);
        // The creator died before it knew the id of its multipart upload.
        await System.SetAsync(first.Upload.Id, $"state = '{state}', {change}{(state == "opening" ? ", storage_upload_id = NULL" : "")}");

        var second = await System.Bundles(replica: 1).CreateBundleAsync(request);

        Assert.NotEqual(first.Bundle.Id, second.Bundle.Id);
        var pending = await System.Objects.ListMultipartUploadsAsync(first.Upload.StorageKey, default).ToListAsync();
        Assert.Single(pending);
        await RpcAssert.FailsAsync(ErrorReason.BundleNotFound, () => System.CatalogBundles.GetBundleAsync(new GetBundleRequest { BundleId = first.Bundle.Id }).ResponseAsync);
    }

    [Theory]
    [InlineData("opening", "lease_until = now() + interval '1 minute'")]
    [InlineData("pending", "deadline = now() + interval '1 minute'")]
    [InlineData("recording", "storage_etag = 'x', deadline = now() - interval '1 minute'")]
    public async Task CreateBundle_SessionInUse_IsLeftAlone(string state, string change)
    {
        var (titleId, zip) = (await System.SeriesAsync(), Content.Zip());
        var first = await System.Bundles().CreateBundleAsync(Requests.Season(titleId, zip));
        await System.SetAsync(first.Upload.Id, $"state = '{state}', {change}");
        await RpcAssert.FailsAsync(ErrorReason.BundleExists, () => System.Bundles().CreateBundleAsync(Requests.Season(titleId, zip)).ResponseAsync);
        await System.CatalogBundles.GetBundleAsync(new GetBundleRequest { BundleId = first.Bundle.Id });
    }

    [Fact]
    public async Task CreateBundle_AbandonedOpeningAtAForeignObject_DoesNotDeleteIt()
    {
        var (titleId, zip) = (await System.SeriesAsync(), Content.Zip());
        var first = await System.Bundles().CreateBundleAsync(Requests.Season(titleId, zip));
        await System.SetAsync(first.Upload.Id, "state = 'opening', lease_until = now() - interval '1 second'");
        await System.PlantAsync(first.Upload.StorageKey, [1]);
        await RpcAssert.FailsAsync(ErrorReason.ObjectExists, () => System.Bundles().CreateBundleAsync(Requests.Season(titleId, zip)).ResponseAsync);
        Assert.NotNull(await System.Objects.HeadAsync(StorageKey.Parse(first.Upload.StorageKey), default));
    }

    [Fact]
    public async Task FinalizeUpload_CrashAfterTheCatalogueWasTold_IsRepairedByRepeating()
    {
        var created = await CreateAndSendAsync(await System.SeriesAsync(), Content.Zip());
        await System.Uploads().FinalizeUploadAsync(Requests.Finalize(created.Upload));
        await System.SetAsync(created.Upload.Id, "state = 'recording'");
        var again = await System.Uploads(replica: 1).FinalizeUploadAsync(Requests.Finalize(created.Upload));
        Assert.Equal(UploadState.Completed, again.Upload.State);
    }

    private async Task<Bundle> ReserveAsync(string titleId, Content zip) => (await System.CatalogBundles.ReserveBundleAsync(new ReserveBundleRequest
    {
        BundleId = Guid.CreateVersion7().ToString(),
        TitleId = titleId,
        Kind = BundleKind.Season,
        SeasonNumber = 1,
        SizeBytes = zip.Size,
        Sha256 = zip.Sha256,
    })).Bundle;
}
