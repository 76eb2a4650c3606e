using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Storage;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.V1;
using UploadTests.Support;

namespace UploadTests.Bundles;

[Collection(nameof(SharedSystem))]
public sealed class DeleteBundleTests(SharedSystem shared) : UploadTest(shared)
{
    [Fact]
    public async Task DeleteBundle_Verified_RowAndObjectGoAndTheKeyIsFree()
    {
        var (titleId, zip) = (await System.SeriesAsync(), Content.Zip());
        var created = await CreateAndSendAsync(titleId, zip);
        await System.Uploads().FinalizeUploadAsync(Requests.Finalize(created.Upload));
        var key = StorageKey.Parse(created.Upload.StorageKey);

        Assert.True((await DeleteAsync(created.Bundle.Id)).ObjectsDeleted);

        Assert.Null(await System.Objects.HeadAsync(key, default));
        await RpcAssert.FailsAsync(ErrorReason.BundleNotFound, () => DeleteAsync(created.Bundle.Id));
        var upload = await System.Uploads().GetUploadAsync(new GetUploadRequest { UploadId = created.Upload.Id });
        Assert.Equal(UploadState.Aborted, upload.Upload.State);
        await CreateAndSendAsync(titleId, zip);
    }

    [Fact]
    public async Task DeleteBundle_UploadUnderWay_IsAborted()
    {
        var request = Requests.Season(await System.SeriesAsync(), Content.Zip());
        request.Method = UploadMethod.Multipart;
        var created = await System.Bundles().CreateBundleAsync(request);
        Assert.True((await DeleteAsync(created.Bundle.Id)).ObjectsDeleted);
        Assert.Empty(await System.Objects.ListMultipartUploadsAsync(created.Upload.StorageKey, default).ToListAsync());
        await RpcAssert.FailsAsync(ErrorReason.InvalidState, () => System.Multipart().CompleteMultipartUploadAsync(Requests.Complete(created.Upload)).ResponseAsync);
    }

    [Fact]
    public async Task DeleteBundle_StorageDown_RowGoesAndTheNextUploadDeletesTheObject()
    {
        var (titleId, zip) = (await System.SeriesAsync(), Content.Zip());
        var created = await CreateAndSendAsync(titleId, zip);
        await System.Uploads().FinalizeUploadAsync(Requests.Finalize(created.Upload));
        await System.S3.StopAsync();
        try
        {
            Assert.False((await DeleteAsync(created.Bundle.Id)).ObjectsDeleted);
        }
        finally
        {
            await System.S3.RestartAsync();
        }

        await RpcAssert.FailsAsync(ErrorReason.BundleNotFound, () => System.CatalogBundles.GetBundleAsync(new GetBundleRequest { BundleId = created.Bundle.Id }).ResponseAsync);
        var next = await Eventually.SucceedsAsync(() => System.Bundles().CreateBundleAsync(Requests.Season(titleId, zip)).ResponseAsync);
        Assert.Null(await System.Objects.HeadAsync(StorageKey.Parse(created.Upload.StorageKey), default));
        Assert.NotEqual(created.Bundle.Id, next.Bundle.Id);
    }

    [Fact]
    public async Task DeleteBundle_ExpiredOneWhoseKeyHasASuccessor_LeavesTheSuccessorsObject()
    {
        var (titleId, zip) = (await System.SeriesAsync(), Content.Zip());
        var old = await CreateAndSendAsync(titleId, zip);
        await System.Uploads().FinalizeUploadAsync(Requests.Finalize(old.Upload));
        await System.ExpireBundleAsync(old.Bundle.Id);
        await System.Objects.DeleteAsync(StorageKey.Parse(old.Upload.StorageKey), default);
        var successor = await CreateAndSendAsync(titleId, zip);
        await System.Uploads().FinalizeUploadAsync(Requests.Finalize(successor.Upload));

        await DeleteAsync(old.Bundle.Id);

        Assert.NotNull(await System.Objects.HeadAsync(StorageKey.Parse(old.Upload.StorageKey), default));
        var kept = await System.CatalogBundles.GetBundleAsync(new GetBundleRequest { BundleId = successor.Bundle.Id });
        Assert.Equal(BundleState.Verified, kept.Bundle.State);
    }

    [Fact]
    public async Task DeleteBundle_OtherEtag_IsRefused()
    {
        var created = await System.Bundles().CreateBundleAsync(Requests.Season(await System.SeriesAsync(), Content.Zip()));
        await RpcAssert.FailsAsync(ErrorReason.EtagMismatch, () => DeleteAsync(created.Bundle.Id, "\"other\""));
        await DeleteAsync(created.Bundle.Id, created.Bundle.Etag);
    }

    [Theory]
    [InlineData("")]
    [InlineData("S01")]
    public Task DeleteBundle_BadId_IsNamed(string id) => RpcAssert.FailsOnFieldsAsync(["bundle_id"], () => DeleteAsync(id));

    [Fact]
    public Task DeleteBundle_Unknown_IsNotFound() =>
        RpcAssert.FailsAsync(ErrorReason.BundleNotFound, () => DeleteAsync("0198c0de-7a5b-7c3d-8e9f-0123456789ab"));

    private Task<DeleteBundleResponse> DeleteAsync(string bundleId, string etag = "") =>
        System.Bundles().DeleteBundleAsync(new DeleteBundleRequest { BundleId = bundleId, Etag = etag }).ResponseAsync;
}
