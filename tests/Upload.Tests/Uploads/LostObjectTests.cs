using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Storage;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.Uploads;
using MoviesNow.Upload.V1;
using UploadTests.Support;

namespace UploadTests.Uploads;

/// <summary>An object that is lost after it was checked can be uploaded again.</summary>
[Collection(nameof(SharedSystem))]
public sealed class LostObjectTests(SharedSystem shared) : UploadTest(shared)
{
    [Fact]
    public async Task GiveUp_ObjectOfABundleIsGone_DropsTheBundleAndItCanBeCreatedAgain()
    {
        var (created, session) = await CompletedAsync();
        var (lost, zip) = (System.Service<LostObjects>(), Content.Zip());
        Assert.False(await lost.IsLostAsync(session, default));
        await System.Objects.DeleteAsync(session.Key, default);
        await RpcAssert.FailsAsync(
            ErrorReason.BundleExists, () => System.Bundles().CreateBundleAsync(Requests.Season(created.Bundle.TitleId, zip)).ResponseAsync);
        Assert.True(await lost.IsLostAsync(session, default));

        Assert.NotNull(await lost.GiveUpAsync(session, default));

        var upload = (await System.Uploads().GetUploadAsync(new GetUploadRequest { UploadId = created.Upload.Id })).Upload;
        Assert.Equal((UploadState.Aborted, "OBJECT_MISSING"), (upload.State, upload.LastProblem.Reason));
        await RpcAssert.FailsAsync(
            ErrorReason.BundleNotFound, () => System.CatalogBundles.GetBundleAsync(new GetBundleRequest { BundleId = created.Bundle.Id }).ResponseAsync);
        var again = await CreateAndSendAsync(created.Bundle.TitleId, zip);
        await System.Uploads().FinalizeUploadAsync(Requests.Finalize(again.Upload));
        Assert.Null(await lost.GiveUpAsync(session, default));
    }

    [Fact]
    public async Task GiveUp_ObjectIsThereAfterAll_StaysCompleted()
    {
        var (created, session) = await CompletedAsync();

        Assert.Null(await System.Service<LostObjects>().GiveUpAsync(session, default));

        var upload = (await System.Uploads().GetUploadAsync(new GetUploadRequest { UploadId = created.Upload.Id })).Upload;
        Assert.Equal((UploadState.Completed, null), (upload.State, upload.LastProblem));
        Assert.Equal(BundleState.Verified, await System.BundleStateAsync(created.Bundle.Id));
        Assert.NotNull(await System.Objects.HeadAsync(session.Key, default));
    }

    [Fact]
    public async Task GiveUp_ObjectWasReplaced_LeavesTheOtherAlone()
    {
        var (created, session) = await CompletedAsync();
        await System.Objects.DeleteAsync(session.Key, default);
        await System.PlantAsync(created.Upload.StorageKey, [1, 2, 3]);

        Assert.NotNull(await System.Service<LostObjects>().GiveUpAsync(session, default));

        Assert.Equal(3, (await System.Objects.HeadAsync(session.Key, default))!.Size);
    }

    [Fact]
    public async Task CreateUpload_ObjectOfAnAssetIsGone_RestoresIt()
    {
        var (titleId, content) = (await System.MovieAsync(), Content.Random(100));
        var first = await UploadAsync(titleId, content);
        await System.Objects.DeleteAsync(StorageKey.Parse(first.Upload.StorageKey), default);

        var second = await UploadAsync(titleId, content);

        Assert.Equal((first.AssetId, first.Upload.StorageKey), (second.AssetId, second.Upload.StorageKey));
    }

    private async Task<(CreateBundleResponse Created, UploadSession Session)> CompletedAsync()
    {
        var created = await CreateAndSendAsync(await System.SeriesAsync(), Content.Zip());
        await System.Uploads().FinalizeUploadAsync(Requests.Finalize(created.Upload));
        return (created, (await System.Service<UploadStore>().FindAsync(Guid.Parse(created.Upload.Id), default))!);
    }

    private async Task<FinalizeUploadResponse> UploadAsync(string titleId, Content content)
    {
        var created = await System.Uploads().CreateUploadAsync(Requests.Artwork(titleId, content));
        await SendOkAsync(created.Put, content);
        return await System.Uploads().FinalizeUploadAsync(Requests.Finalize(created.Upload));
    }
}
