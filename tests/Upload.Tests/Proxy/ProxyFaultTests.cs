using MoviesNow.Common.V1;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.Proxy;
using MoviesNow.Upload.V1;
using UploadTests.Support;

namespace UploadTests.Proxy;

[Collection(nameof(SharedSystem))]
public sealed class ProxyFaultTests(SharedSystem shared) : ProxyTest(shared)
{
    [Fact]
    public async Task StreamSmallFile_CancelledInTheMiddle_LeavesNothing()
    {
        var titleId = await System.MovieAsync();
        var content = Content.Random(2 << 20);
        using (var call = System.Proxy().StreamSmallFile())
        {
            await call.RequestStream.WriteAsync(new StreamSmallFileRequest { Header = Header(titleId) });
            await call.RequestStream.WriteAsync(Data(content, 0, 1 << 20));
            await UntilAsync(() => System.Service<SmallFileReceiver>().BytesInUse > 0);
        }

        await AssertNothingIsLeftAsync(titleId);
    }

    [Fact]
    public async Task StreamSmallFile_FromASlowSender_EndsAtTheLimitAndLeavesNothing()
    {
        var replica = Replica(("ReceiveLimit", "00:00:01"));
        var titleId = await System.MovieAsync();
        using var call = System.Proxy(replica).StreamSmallFile();
        await call.RequestStream.WriteAsync(new StreamSmallFileRequest { Header = Header(titleId) });
        var error = await RpcAssert.FailsAsync(ErrorReason.DeadlineExceeded, async () => await call);
        Assert.Contains("did not arrive within 1 s", error.Status.Detail, StringComparison.Ordinal);
        await AssertNothingIsLeftAsync(titleId, replica);
    }

    [Fact]
    public async Task StreamSmallFile_FromASenderAboveTheRate_KeepsItsTurnBeyondTheGrace()
    {
        var replica = Replica(("MinBytesPerSecond", "1"), ("MinRateGrace", "00:00:00.1"));
        var (titleId, content) = (await System.MovieAsync(), Content.Random(1_000));
        using var call = System.Proxy(replica).StreamSmallFile();
        await call.RequestStream.WriteAsync(new StreamSmallFileRequest { Header = Header(titleId) });
        await UntilAsync(() => System.Service<ProxyAdmission>(replica).Active == 1);
        // The header alone has earned more than a minute.
        await Task.Delay(TimeSpan.FromMilliseconds(300));
        await call.RequestStream.WriteAsync(Data(content, 0, 1_000));
        await call.RequestStream.CompleteAsync();
        Assert.Equal(UploadState.Completed, (await call).Upload.State);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SmallFile_WhoseStorageAnswerIsLost_IsStoredOnce(bool streams)
    {
        var (titleId, content) = (await System.MovieAsync(), Content.Random(1_000));
        System.Lossy.Lose(1, LossyS3.IsPut);
        var (upload, _) = await SendAsync(streams, Header(titleId), content);
        Assert.Equal(UploadState.Completed, upload.State);
        Assert.Single(await ObjectsAsync(titleId));
    }

    [Fact]
    public async Task SmallFile_WithoutTheCatalogue_LeavesNothing()
    {
        var titleId = await System.MovieAsync();
        System.CatalogGate.Shut();
        try
        {
            await RpcAssert.FailsAsync(ErrorReason.DependencyUnavailable, () => SendAsync(streams: true, Header(titleId), Content.Random(1_000)));
        }
        finally
        {
            System.CatalogGate.Open();
        }

        await AssertNothingIsLeftAsync(titleId);
    }

    [Theory]
    [InlineData("state = 'opening', lease_until = now() - interval '1 second', storage_etag = NULL, asset_id = NULL", true)]
    [InlineData("state = 'pending', storage_etag = NULL, asset_id = NULL", false)]
    [InlineData("state = 'recording', asset_id = NULL", false)]
    [InlineData("state = 'pending', deadline = now() - interval '1 second', storage_etag = NULL, asset_id = NULL", true)]
    public async Task SmallFile_AfterACrash_IsUploadedByTheNextCall(string state, bool isNew)
    {
        var (titleId, content) = (await System.MovieAsync(), Content.Random(1_000));
        var (crashed, _) = await SendAsync(streams: false, Header(titleId), content);
        await System.SetAsync(crashed.Id, state);

        var (upload, assetId) = await SendAsync(streams: true, Header(titleId), content, replica: 1);

        Assert.Equal(isNew, upload.Id != crashed.Id);
        Assert.Equal(UploadState.Completed, upload.State);
        Assert.NotEmpty(assetId);
        Assert.Single(await ObjectsAsync(titleId));
    }

    [Fact]
    public async Task SmallFile_OfAnotherCallThatIsAtWork_IsRefused()
    {
        var (titleId, content) = (await System.MovieAsync(), Content.Random(1_000));
        var (working, _) = await SendAsync(streams: false, Header(titleId), content);
        await System.SetAsync(working.Id, "state = 'opening', lease_until = now() + interval '1 minute', storage_etag = NULL, asset_id = NULL");
        await RpcAssert.FailsAsync(ErrorReason.UploadExists, () => SendAsync(streams: false, Header(titleId), content));
        Assert.Single(await ObjectsAsync(titleId));
    }
}
