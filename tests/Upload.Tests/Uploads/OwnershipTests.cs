using System.Net;
using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.Storage;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.Uploads;
using MoviesNow.Upload.V1;
using UploadTests.Support;

namespace UploadTests.Uploads;

/// <summary>A signed URL outlives its session: what it writes late never blocks a key, and never passes for another session's object.</summary>
[Collection(nameof(SharedSystem))]
public sealed class OwnershipTests(SharedSystem shared) : UploadTest(shared)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CreateBundle_LatePutOfAnAbortedUpload_ClearsIt(bool isSameContent)
    {
        var (titleId, zip) = (await System.SeriesAsync(), Content.Zip());
        var first = await System.Bundles().CreateBundleAsync(Requests.Season(titleId, zip));
        await AbortAsync(first.Upload);
        await SendOkAsync(first.Put, zip);

        var next = isSameContent ? zip : Content.Zip();
        var second = await System.Bundles(1).CreateBundleAsync(Requests.Season(titleId, next));

        Assert.Equal(first.Upload.StorageKey, second.Upload.StorageKey);
        Assert.Null(await HeadAsync(second.Upload));
        await SendOkAsync(second.Put, next);
        await System.Uploads().FinalizeUploadAsync(Requests.Finalize(second.Upload));
        Assert.Equal(second.Upload.Id, (await HeadAsync(second.Upload))!.Metadata[UploadMark.Name]);
    }

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task CreateUpload_LatePutOfAnAbortedUpload_ClearsIt(string isDeleteConditional)
    {
        var replica = System.AddReplica(
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["Storage:Capabilities:ConditionalDelete"] = isDeleteConditional });
        var (titleId, content) = (await System.MovieAsync(), Content.Random(100));
        var first = await System.Uploads().CreateUploadAsync(Requests.Artwork(titleId, content));
        await AbortAsync(first.Upload);
        await SendOkAsync(first.Put, content);

        var second = await System.Uploads(replica).CreateUploadAsync(Requests.Artwork(titleId, content));

        Assert.Equal(first.Upload.StorageKey, second.Upload.StorageKey);
        await SendOkAsync(second.Put, content);
        await System.Uploads().FinalizeUploadAsync(Requests.Finalize(second.Upload));
    }

    [Fact]
    public async Task FinalizeUpload_LatePutCameAfterTheNextCreate_ClearsItAndAsksForTheBytesAgain()
    {
        var (titleId, zip) = (await System.SeriesAsync(), Content.Zip());
        var first = await System.Bundles().CreateBundleAsync(Requests.Season(titleId, zip));
        await AbortAsync(first.Upload);
        var second = await System.Bundles().CreateBundleAsync(Requests.Season(titleId, zip));
        await SendOkAsync(first.Put, zip);
        using (var refused = await System.SendAsync(second.Put, zip.Bytes))
            Assert.Equal(HttpStatusCode.PreconditionFailed, refused.StatusCode);

        // The bytes are right, and yet they are not this upload's.
        await RpcAssert.FailsAsync(ErrorReason.ObjectMissing, () => System.Uploads().FinalizeUploadAsync(Requests.Finalize(second.Upload)).ResponseAsync);
        Assert.Null(await HeadAsync(second.Upload));
        await SendOkAsync(second.Put, zip);
        await System.Uploads().FinalizeUploadAsync(Requests.Finalize(second.Upload));
    }

    [Fact]
    public async Task ResumeUpload_LatePutCameAfterTheNextCreate_GivesARequestThatWorks()
    {
        var (titleId, zip) = (await System.SeriesAsync(), Content.Zip());
        var first = await System.Bundles().CreateBundleAsync(Requests.Season(titleId, zip));
        await AbortAsync(first.Upload);
        var second = await System.Bundles().CreateBundleAsync(Requests.Season(titleId, zip));
        await SendOkAsync(first.Put, zip);

        var resumed = await System.Uploads().ResumeUploadAsync(new ResumeUploadRequest { UploadId = second.Upload.Id });

        Assert.Equal((false, ResumeStep.Send), (resumed.BytesComplete, resumed.NextStep));
        await SendOkAsync(resumed.Put, zip);
        await System.Uploads().FinalizeUploadAsync(Requests.Finalize(second.Upload));
    }

    [Fact]
    public async Task LatePutAndNextUploads_AtOnceOnThreeReplicas_OneUploadEndsWithItsOwnObject()
    {
        for (var round = 0; round < 5; round++)
        {
            var (titleId, zip) = (await System.SeriesAsync(), Content.Zip(64));
            var first = await System.Bundles().CreateBundleAsync(Requests.Season(titleId, zip));
            await AbortAsync(first.Upload);
            var late = System.SendAsync(first.Put, zip.Bytes);
            var creates = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => CreateAsync(i % 3, titleId, zip)));
            (await late).Dispose();
            var second = Assert.Single(creates.OfType<CreateBundleResponse>());

            var finalized = await UploadAsync(second.Upload, zip);

            Assert.Equal(UploadState.Completed, finalized.State);
            Assert.Equal(second.Upload.Id, (await HeadAsync(second.Upload))!.Metadata[UploadMark.Name]);
            Assert.Equal(finalized.StorageEtag, (await HeadAsync(second.Upload))!.ETag);
        }
    }

    [Fact]
    public async Task CreateBundle_FiftyAtOnceOnThreeReplicasOverALeftover_ExactlyOneWins()
    {
        var (titleId, zip) = (await System.SeriesAsync(), Content.Zip(64));
        var first = await System.Bundles().CreateBundleAsync(Requests.Season(titleId, zip));
        await AbortAsync(first.Upload);
        await SendOkAsync(first.Put, zip);

        var creates = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => CreateAsync(i % 3, titleId, Content.Zip(64))));

        var winner = Assert.Single(creates.OfType<CreateBundleResponse>());
        Assert.Null(await HeadAsync(winner.Upload));
        var uploads = await System.Uploads().ListUploadsAsync(new ListUploadsRequest { TitleId = titleId, State = UploadState.Pending });
        Assert.Equal(winner.Upload.Id, Assert.Single(uploads.Uploads).Id);
    }

    [Fact]
    public async Task CreateUpload_CompletedObjectAtTheKey_IsKept()
    {
        var (titleId, content) = (await System.MovieAsync(), Content.Random(100));
        var first = await System.Uploads().CreateUploadAsync(Requests.Artwork(titleId, content));
        await SendOkAsync(first.Put, content);
        await System.Uploads().FinalizeUploadAsync(Requests.Finalize(first.Upload));

        await RpcAssert.FailsAsync(ErrorReason.ObjectExists, () => System.Uploads().CreateUploadAsync(Requests.Artwork(titleId, content)).ResponseAsync);

        Assert.NotNull(await HeadAsync(first.Upload));
    }

    [Fact]
    public async Task AbortUpload_ForeignObjectAtTheKey_IsLeftAlone()
    {
        var created = await System.Bundles().CreateBundleAsync(Requests.Season(await System.SeriesAsync(), Content.Zip()));
        await System.PlantAsync(created.Upload.StorageKey, [1, 2, 3]);
        await RpcAssert.FailsAsync(ErrorReason.ObjectExists, () => System.Uploads().FinalizeUploadAsync(Requests.Finalize(created.Upload)).ResponseAsync);
        await RpcAssert.FailsAsync(
            ErrorReason.ObjectExists, () => System.Uploads().ResumeUploadAsync(new ResumeUploadRequest { UploadId = created.Upload.Id }).ResponseAsync);

        await AbortAsync(created.Upload);

        Assert.Equal(3, (await HeadAsync(created.Upload))!.Size);
    }

    [Fact]
    public async Task CleanAgain_ClosedUploadWithALatePut_RemovesItAndStaysAborted()
    {
        var content = Content.Random(100);
        var created = await System.Uploads().CreateUploadAsync(Requests.Artwork(await System.MovieAsync(), content));
        await AbortAsync(created.Upload);
        await SendOkAsync(created.Put, content);
        var (store, closer) = (System.Service<UploadStore>(), System.Service<UploadCloser>());
        var closed = (await store.FindAsync(Guid.Parse(created.Upload.Id), default))!;
        Assert.InRange(closed.UrlsExpireAt!.Value, created.Put.ExpireTime.ToDateTimeOffset(), created.Upload.Deadline.ToDateTimeOffset().AddMinutes(6));
        Assert.Contains(await store.ListLateWritersAsync(DateTimeOffset.UtcNow, 10_000, after: null, default), session => session.Id == closed.Id);

        Assert.NotNull(await store.ReopenAsync(closed.Id, default));
        var seen = await System.Uploads().GetUploadAsync(new GetUploadRequest { UploadId = created.Upload.Id });
        Assert.Equal(UploadState.Aborted, seen.Upload.State);
        Assert.NotNull(await closer.CloseAsync(closed, default));

        Assert.Null(await HeadAsync(created.Upload));
        Assert.True(await closer.CleanAgainAsync(closed, default));
        Assert.Equal(UploadState.Aborted, (await System.Uploads().GetUploadAsync(new GetUploadRequest { UploadId = created.Upload.Id })).Upload.State);
    }

    [Fact]
    public async Task CleanAgain_AnotherSessionOwnsTheKey_LeavesItAlone()
    {
        var (titleId, content) = (await System.MovieAsync(), Content.Random(100));
        var first = await System.Uploads().CreateUploadAsync(Requests.Artwork(titleId, content));
        await AbortAsync(first.Upload);
        var closed = (await System.Service<UploadStore>().FindAsync(Guid.Parse(first.Upload.Id), default))!;
        var second = await System.Uploads().CreateUploadAsync(Requests.Artwork(titleId, content));
        await SendOkAsync(second.Put, content);

        Assert.False(await System.Service<UploadCloser>().CleanAgainAsync(closed, default));
        await System.Uploads().FinalizeUploadAsync(Requests.Finalize(second.Upload));
        Assert.True(await System.Service<UploadCloser>().CleanAgainAsync(closed, default));

        Assert.NotNull(await HeadAsync(second.Upload));
    }

    private async Task<CreateBundleResponse?> CreateAsync(int replica, string titleId, Content zip)
    {
        try
        {
            return await System.Bundles(System.Three[replica]).CreateBundleAsync(Requests.Season(titleId, zip));
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.AlreadyExists)
        {
            return null;
        }
    }

    /// <summary>What a client does: resume, send if asked, finalize.</summary>
    private async Task<Upload> UploadAsync(Upload upload, Content content)
    {
        var resumed = await System.Uploads().ResumeUploadAsync(new ResumeUploadRequest { UploadId = upload.Id });
        if (resumed.Put is not null)
            await SendOkAsync(resumed.Put, content);
        return (await System.Uploads().FinalizeUploadAsync(Requests.Finalize(upload))).Upload;
    }

    private Task<AbortUploadResponse> AbortAsync(Upload upload) => System.Uploads().AbortUploadAsync(new AbortUploadRequest { UploadId = upload.Id }).ResponseAsync;

    private Task<StoredObject?> HeadAsync(Upload upload) => System.Objects.HeadAsync(StorageKey.Parse(upload.StorageKey), default);
}
