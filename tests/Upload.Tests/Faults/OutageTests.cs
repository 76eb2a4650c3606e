using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.V1;
using UploadTests.Support;

namespace UploadTests.Faults;

/// <summary>While a dependency is down calls fail with UNAVAILABLE within their deadline; when it is back they succeed again.</summary>
[Collection(nameof(SharedSystem))]
public sealed class OutageTests(SharedSystem shared) : UploadTest(shared)
{
    [Fact]
    public async Task StorageDown_CreateAndFinalize_AreUnavailableAndRecover()
    {
        var (titleId, other, zip) = (await System.SeriesAsync(), await System.SeriesAsync(), Content.Zip());
        var created = await CreateAndSendAsync(titleId, zip);
        await System.S3.StopAsync();
        try
        {
            await UnavailableAsync(() => System.Bundles().CreateBundleAsync(Requests.Season(other, zip), Deadline()).ResponseAsync);
            await UnavailableAsync(() => System.Uploads().FinalizeUploadAsync(Requests.Finalize(created.Upload), Deadline()).ResponseAsync);
            await UnavailableAsync(() => System.Uploads().ResumeUploadAsync(new ResumeUploadRequest { UploadId = created.Upload.Id }, Deadline()).ResponseAsync);
            Assert.Empty((await System.CatalogBundles.ListBundlesAsync(new MoviesNow.Catalog.V1.ListBundlesRequest { TitleId = other })).Bundles);
        }
        finally
        {
            await System.S3.RestartAsync();
        }

        var finalized = await Eventually.SucceedsAsync(() => System.Uploads().FinalizeUploadAsync(Requests.Finalize(created.Upload)).ResponseAsync);
        Assert.Equal(UploadState.Completed, finalized.Upload.State);
        await Eventually.SucceedsAsync(() => System.Bundles().CreateBundleAsync(Requests.Season(other, zip)).ResponseAsync);
    }

    [Fact]
    public async Task StorageDown_AbortUpload_IsContinuedByRepeating()
    {
        var created = await CreateAndSendAsync(await System.SeriesAsync(), Content.Zip());
        var abort = new AbortUploadRequest { UploadId = created.Upload.Id };
        await System.S3.StopAsync();
        try
        {
            await UnavailableAsync(() => System.Uploads().AbortUploadAsync(abort, Deadline()).ResponseAsync);
            await RpcAssert.FailsAsync(ErrorReason.InvalidState, () => System.Uploads(1).FinalizeUploadAsync(Requests.Finalize(created.Upload)).ResponseAsync);
        }
        finally
        {
            await System.S3.RestartAsync();
        }

        var aborted = await Eventually.SucceedsAsync(() => System.Uploads(1).AbortUploadAsync(abort).ResponseAsync);
        Assert.Equal(UploadState.Aborted, aborted.Upload.State);
    }

    [Fact]
    public async Task CatalogueDown_Calls_AreUnavailableAndRepeatingThemSucceeds()
    {
        var (titleId, other, zip) = (await System.SeriesAsync(), await System.SeriesAsync(), Content.Zip());
        var created = await CreateAndSendAsync(titleId, zip);
        System.CatalogGate.Shut();
        try
        {
            await UnavailableAsync(() => System.Uploads().FinalizeUploadAsync(Requests.Finalize(created.Upload), Deadline()).ResponseAsync);
            await UnavailableAsync(() => System.Bundles().CreateBundleAsync(Requests.Season(other, zip), Deadline()).ResponseAsync);
            // The bytes were checked, and what is about to be recorded cannot be aborted.
            await RpcAssert.FailsAsync(
                ErrorReason.InvalidState, () => System.Uploads().AbortUploadAsync(new AbortUploadRequest { UploadId = created.Upload.Id }).ResponseAsync);
        }
        finally
        {
            System.CatalogGate.Open();
        }

        var finalized = await Eventually.SucceedsAsync(() => System.Uploads(1).FinalizeUploadAsync(Requests.Finalize(created.Upload)).ResponseAsync);
        Assert.Equal(UploadState.Completed, finalized.Upload.State);
        await Eventually.SucceedsAsync(() => System.Bundles(1).CreateBundleAsync(Requests.Season(other, zip)).ResponseAsync);
    }

    [Fact]
    public async Task DatabaseDown_Calls_AreUnavailableAndRecover()
    {
        var created = await CreateAndSendAsync(await System.SeriesAsync(), Content.Zip());
        System.DatabaseGate.Shut();
        try
        {
            await UnavailableAsync(() => System.Uploads().GetUploadAsync(new GetUploadRequest { UploadId = created.Upload.Id }, Deadline()).ResponseAsync);
            await UnavailableAsync(() => System.Uploads().FinalizeUploadAsync(Requests.Finalize(created.Upload), Deadline()).ResponseAsync);
        }
        finally
        {
            System.DatabaseGate.Open();
        }

        await Eventually.SucceedsAsync(() => System.Uploads().FinalizeUploadAsync(Requests.Finalize(created.Upload)).ResponseAsync);
        System.ForgetConnections();
    }

    [Fact]
    public async Task RedisDown_ConcurrentCreates_StillHaveOneWinner()
    {
        var titleId = await System.SeriesAsync();
        System.RedisGate.Shut();
        try
        {
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(async i =>
            {
                try
                {
                    await System.Bundles(i % 2).CreateBundleAsync(Requests.Season(titleId, Content.Zip(64)));
                    return StatusCode.OK;
                }
                catch (RpcException e)
                {
                    return e.StatusCode;
                }
            }));
            Assert.Single(outcomes, StatusCode.OK);
            Assert.All(outcomes.Where(code => code is not StatusCode.OK), code => Assert.Equal(StatusCode.AlreadyExists, code));
        }
        finally
        {
            System.RedisGate.Open();
        }
    }

    private static CallOptions Deadline() => new(deadline: DateTime.UtcNow.AddSeconds(20));

    private static Task<RpcException> UnavailableAsync(Func<Task> call) => RpcAssert.FailsAsync(ErrorReason.DependencyUnavailable, call);
}
