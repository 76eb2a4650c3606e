using System.Net;
using MoviesNow.Common.V1;
using MoviesNow.Storage;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.V1;
using UploadTests.Support;

namespace UploadTests.Uploads;

[Collection(nameof(SharedSystem))]
public sealed class UploadLifeTests(SharedSystem shared) : UploadTest(shared)
{
    private const string Unknown = "0198c0de-7a5b-7c3d-8e9f-0123456789ab";

    [Fact]
    public async Task AbortUpload_Pending_ReleasesTheBundleAndIsRepeatable()
    {
        var titleId = await System.SeriesAsync();
        var created = await CreateAndSendAsync(titleId, Content.Zip());
        var first = await AbortAsync(created.Upload.Id);
        Assert.Equal(UploadState.Aborted, first.Upload.State);
        Assert.Equal(first, await AbortAsync(created.Upload.Id));
        Assert.Null(await System.Objects.HeadAsync(StorageKey.Parse(created.Upload.StorageKey), default));
        await System.Bundles().CreateBundleAsync(Requests.Season(titleId, Content.Zip()));
    }

    [Fact]
    public async Task AbortUpload_Completed_IsRefusedAndKeepsTheObject()
    {
        var created = await CreateAndSendAsync(await System.SeriesAsync(), Content.Zip());
        await System.Uploads().FinalizeUploadAsync(Requests.Finalize(created.Upload));
        await RpcAssert.FailsAsync(ErrorReason.InvalidState, () => AbortAsync(created.Upload.Id));
        Assert.NotNull(await System.Objects.HeadAsync(StorageKey.Parse(created.Upload.StorageKey), default));
    }

    [Fact]
    public async Task AbortAndFinalize_AtOnceOnTwoReplicas_EitherWinsWhole()
    {
        for (var round = 0; round < 8; round++)
        {
            var created = await CreateAndSendAsync(await System.SeriesAsync(), Content.Zip());
            var finalize = Record.ExceptionAsync(() => System.Uploads().FinalizeUploadAsync(Requests.Finalize(created.Upload)).ResponseAsync);
            var abort = Record.ExceptionAsync(() => System.Uploads(1).AbortUploadAsync(new AbortUploadRequest { UploadId = created.Upload.Id }).ResponseAsync);
            var (finalizeFailed, abortFailed) = (await finalize is not null, await abort is not null);

            Assert.NotEqual(finalizeFailed, abortFailed);
            var isThere = await System.Objects.HeadAsync(StorageKey.Parse(created.Upload.StorageKey), default) is not null;
            Assert.Equal(abortFailed, isThere);
            var upload = await System.Uploads().GetUploadAsync(new GetUploadRequest { UploadId = created.Upload.Id });
            Assert.Equal(abortFailed ? UploadState.Completed : UploadState.Aborted, upload.Upload.State);
        }
    }

    [Fact]
    public async Task ResumeUpload_SinglePut_GivesAFreshRequestUntilTheObjectIsThere()
    {
        var content = Content.Random(1_000);
        var created = await System.Uploads().CreateUploadAsync(Requests.Artwork(await System.MovieAsync(), content));
        var resumed = await System.Uploads(replica: 1).ResumeUploadAsync(new ResumeUploadRequest { UploadId = created.Upload.Id });
        Assert.False(resumed.BytesComplete);
        Assert.Equal(created.Upload.Deadline, resumed.Upload.Deadline);
        using (var answer = await System.SendAsync(resumed.Put, content.Bytes))
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var complete = await System.Uploads().ResumeUploadAsync(new ResumeUploadRequest { UploadId = created.Upload.Id });
        Assert.True(complete.BytesComplete);
        Assert.Null(complete.Put);
    }

    [Fact]
    public async Task PastItsDeadline_EverythingIsExpired()
    {
        var request = Requests.Original(await System.MovieAsync(), Content.Random(100));
        var upload = (await System.Uploads().CreateUploadAsync(request)).Upload;
        await System.SetAsync(upload.Id, "deadline = now() - interval '1 second'");
        await ExpiredAsync(() => System.Uploads().ResumeUploadAsync(new ResumeUploadRequest { UploadId = upload.Id }).ResponseAsync);
        await ExpiredAsync(() => System.Uploads().FinalizeUploadAsync(Requests.Finalize(upload)).ResponseAsync);
        await ExpiredAsync(() => System.Multipart().CompleteMultipartUploadAsync(Requests.Complete(upload)).ResponseAsync);
        await ExpiredAsync(() => System.Multipart().ListPartsAsync(new ListPartsRequest { UploadId = upload.Id }).ResponseAsync);
        await ExpiredAsync(() => System.Multipart().PresignPartsAsync(new PresignPartsRequest { UploadId = upload.Id, PartNumbers = { 1 } }).ResponseAsync);

        static Task ExpiredAsync(Func<Task> call) => RpcAssert.FailsAsync(ErrorReason.UploadExpired, call);
    }

    [Fact]
    public async Task ListUploads_Pages_AreNewestFirstWithoutGaps()
    {
        var titleId = await System.MovieAsync();
        var created = new List<string>();
        for (var i = 0; i < 5; i++)
            created.Add((await System.Uploads().CreateUploadAsync(Requests.Artwork(titleId, Content.Random(100)))).Upload.Id);
        await AbortAsync(created[1]);

        var request = new ListUploadsRequest { TitleId = titleId, PageSize = 2 };
        var listed = new List<string>();
        do
        {
            var page = await System.Uploads().ListUploadsAsync(request);
            listed.AddRange(page.Uploads.Select(upload => upload.Id));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        Assert.Equal(Enumerable.Reverse(created), listed);

        var aborted = await System.Uploads().ListUploadsAsync(new ListUploadsRequest { TitleId = titleId, State = UploadState.Aborted });
        Assert.Equal(created[1], Assert.Single(aborted.Uploads).Id);
        var pending = await System.Uploads().ListUploadsAsync(new ListUploadsRequest { TitleId = titleId, State = UploadState.Pending });
        Assert.Equal(4, pending.Uploads.Count);
    }

    [Fact]
    public async Task ListUploads_TokenOfAnotherFilter_IsRefused()
    {
        var titleId = await System.MovieAsync();
        for (var i = 0; i < 2; i++)
            await System.Uploads().CreateUploadAsync(Requests.Artwork(titleId, Content.Random(100)));
        var page = await System.Uploads().ListUploadsAsync(new ListUploadsRequest { TitleId = titleId, PageSize = 1 });
        await RpcAssert.FailsAsync(ErrorReason.InvalidPageToken, () => System.Uploads().ListUploadsAsync(new ListUploadsRequest { PageToken = page.NextPageToken }).ResponseAsync);
        await RpcAssert.FailsAsync(ErrorReason.InvalidPageToken, () => System.Uploads().ListUploadsAsync(new ListUploadsRequest { PageToken = "x" }).ResponseAsync);
    }

    public static TheoryData<string, Action<CreateUploadRequest>> Bad => new()
    {
        { "target.purpose", request => (request.Target.Purpose, request.ContentType) = (UploadPurpose.Bundle, "application/zip") },
        { "target.purpose", request => request.Target.Purpose = (UploadPurpose)77 },
        { "target.title_id", request => request.Target.TitleId = "" },
        { "target.title_id", request => request.Target.TitleId = "../x" },
        { "target.episode_id", request => request.Target.EpisodeId = Unknown },
        { "target.episode_id", request => request.Target.EpisodeId = "x" },
        { "target.bundle_id", request => request.Target.BundleId = Unknown },
        { "target.asset_kind", request => request.Target.AssetKind = MoviesNow.Catalog.V1.AssetKind.Trailer },
        { "target.language", request => request.Target.Language = "d" },
        { "target.language", request => request.Target.Language = "English" },
        { "file_name", request => request.FileName = "" },
        { "file_name", request => request.FileName = new string('x', 256) },
        { "file_name", request => request.FileName = string.Concat(Enumerable.Repeat("😀", 256)) },
        { "file_name", request => request.FileName = "a\0b" },
        { "file_name", request => request.FileName = "a\nb" },
        { "file_name", request => request.FileName = "evil\u202Egpj.exe" },
        { "content_type", request => request.ContentType = "" },
        { "content_type", request => request.ContentType = "video/mp4" },
        { "size_bytes", request => request.SizeBytes = -1 },
        { "sha256", request => request.Sha256 = "x" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task CreateUpload_BadField_IsNamed(string field, Action<CreateUploadRequest> spoil)
    {
        var request = Requests.Artwork(Unknown, new Content([1]));
        spoil(request);
        await RpcAssert.FailsOnFieldsAsync([field], () => System.Uploads().CreateUploadAsync(request).ResponseAsync);
    }

    [Fact]
    public async Task CreateUpload_NameAndLanguage_AreStoredInCanonicalForm()
    {
        var request = Requests.Artwork(await System.MovieAsync(), Content.Random(10));
        (request.Target.Purpose, request.ContentType, request.Target.Language) = (UploadPurpose.Subtitle, "text/vtt", "IW");
        request.FileName = " Ame\u0301lie  😀.vtt";

        var upload = (await System.Uploads().CreateUploadAsync(request)).Upload;

        Assert.Equal(("Amélie 😀.vtt", "he"), (upload.FileName, upload.Target.Language));
        Assert.Equal(upload, (await System.Uploads(replica: 1).GetUploadAsync(new GetUploadRequest { UploadId = upload.Id })).Upload);
    }

    [Fact]
    public async Task CreateUpload_SubtitleWithoutLanguage_IsRefused()
    {
        var request = Requests.Artwork(Unknown, new Content([1]));
        (request.Target.Purpose, request.ContentType) = (UploadPurpose.Subtitle, "text/vtt");
        await RpcAssert.FailsOnFieldsAsync(["target.language"], () => System.Uploads().CreateUploadAsync(request).ResponseAsync);
    }

    [Fact]
    public Task CreateUpload_EmptyRequest_NamesEveryField() => RpcAssert.FailsOnFieldsAsync(
        ["file_name", "sha256", "size_bytes", "target.purpose", "target.title_id"],
        () => System.Uploads().CreateUploadAsync(new CreateUploadRequest()).ResponseAsync);

    [Fact]
    public Task CreateUpload_UnknownTitle_IsNotFound() => RpcAssert.FailsAsync(
        ErrorReason.TitleNotFound, () => System.Uploads().CreateUploadAsync(Requests.Artwork(Unknown, Content.Random(10))).ResponseAsync);

    [Theory]
    [InlineData("", true)]
    [InlineData("x", true)]
    [InlineData(Unknown, false)]
    public async Task EveryMethodWithAnId_BadOrUnknown_SaysSo(string id, bool malformed)
    {
        var (uploads, multipart) = (System.Uploads(), System.Multipart());
        Func<Task>[] calls =
        [
            () => uploads.GetUploadAsync(new GetUploadRequest { UploadId = id }).ResponseAsync,
            () => uploads.ResumeUploadAsync(new ResumeUploadRequest { UploadId = id }).ResponseAsync,
            () => uploads.FinalizeUploadAsync(new FinalizeUploadRequest { UploadId = id }).ResponseAsync,
            () => AbortAsync(id),
            () => multipart.PresignPartsAsync(new PresignPartsRequest { UploadId = id, PartNumbers = { 1 } }).ResponseAsync,
            () => multipart.ListPartsAsync(new ListPartsRequest { UploadId = id }).ResponseAsync,
            () => multipart.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest { UploadId = id }).ResponseAsync,
        ];
        foreach (var call in calls)
        {
            if (malformed)
                await RpcAssert.FailsOnFieldsAsync(["upload_id"], call);
            else
                await RpcAssert.FailsAsync(ErrorReason.UploadNotFound, call);
        }
    }

    [Fact]
    public async Task ListUploads_BadFields_AreNamed() => await RpcAssert.FailsOnFieldsAsync(
        ["page_size", "state", "title_id"],
        () => System.Uploads().ListUploadsAsync(new ListUploadsRequest { PageSize = -1, State = (UploadState)9, TitleId = "x" }).ResponseAsync);

    [Fact]
    public async Task ResumeUpload_BadMaxParts_IsNamed() => await RpcAssert.FailsOnFieldsAsync(
        ["max_parts"], () => System.Uploads().ResumeUploadAsync(new ResumeUploadRequest { UploadId = Unknown, MaxParts = -1 }).ResponseAsync);

    private Task<AbortUploadResponse> AbortAsync(string id) => System.Uploads().AbortUploadAsync(new AbortUploadRequest { UploadId = id }).ResponseAsync;
}
