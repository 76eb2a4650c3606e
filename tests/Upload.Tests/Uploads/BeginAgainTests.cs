using System.Net;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Storage;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.V1;
using UploadTests.Support;

namespace UploadTests.Uploads;

/// <summary>A failed check is not forgotten: the object goes, the session says so, and can be used again from nothing.</summary>
[Collection(nameof(SharedSystem))]
public sealed class BeginAgainTests(SharedSystem shared) : UploadTest(shared)
{
    public static TheoryData<string, string> Added => new()
    {
        { "content-encoding", "gzip" },
        { "content-language", "de" },
        { "content-disposition", "attachment; filename=\"x\"" },
        { "expires", "Thu, 01 Jan 2099 00:00:00 GMT" },
    };

    [Theory]
    [MemberData(nameof(Added))]
    public async Task FinalizeUpload_HeaderThatWasNotSigned_IsRefusedAndBegunAgain(string header, string value)
    {
        var zip = Content.Zip();
        var created = await System.Bundles().CreateBundleAsync(Requests.Season(await System.SeriesAsync(), zip));
        using (var answer = await System.SendAsync(created.Put, zip.Bytes, (header, value)))
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        var error = await RpcAssert.FailsAsync(
            ErrorReason.HeadersMismatch, () => System.Uploads().FinalizeUploadAsync(Requests.Finalize(created.Upload)).ResponseAsync);

        Assert.Equal(header, RpcErrors.InfoOf(error)!.Metadata["header"]);
        Assert.Contains(header, error.Status.Detail, StringComparison.Ordinal);
        await BegunAgainAsync(created.Upload, zip, ErrorReason.HeadersMismatch);
    }

    [Fact]
    public async Task Put_MetadataThatWasNotSigned_IsRefusedByTheStorage()
    {
        var zip = Content.Zip();
        var created = await System.Bundles().CreateBundleAsync(Requests.Season(await System.SeriesAsync(), zip));
        using var answer = await System.SendAsync(created.Put, zip.Bytes, ("x-amz-meta-note", "x"));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Theory]
    [InlineData(ErrorReason.SizeMismatch)]
    [InlineData(ErrorReason.ChecksumMismatch)]
    public async Task FinalizeUpload_OtherBytes_AreRefusedAndBegunAgain(ErrorReason reason)
    {
        var zip = Content.Zip();
        var created = await System.Bundles().CreateBundleAsync(Requests.Season(await System.SeriesAsync(), zip));
        await System.PlantAsync(created.Upload, reason is ErrorReason.SizeMismatch ? zip.Bytes[..^1] : zip.Damaged().Bytes);

        await RpcAssert.FailsAsync(reason, () => System.Uploads().FinalizeUploadAsync(Requests.Finalize(created.Upload)).ResponseAsync);

        await BegunAgainAsync(created.Upload, zip, reason);
    }

    [Fact]
    public async Task FinalizeUpload_ManyFindTheSameFlawOnThreeReplicas_BeginAgainOnce()
    {
        var zip = Content.Zip();
        var created = await System.Bundles().CreateBundleAsync(Requests.Season(await System.SeriesAsync(), zip));
        await System.PlantAsync(created.Upload, zip.Damaged().Bytes);

        var calls = Enumerable.Range(0, 9).Select(i => Record.ExceptionAsync(
            () => System.Uploads(System.Three[i % 3]).FinalizeUploadAsync(Requests.Finalize(created.Upload)).ResponseAsync));
        Assert.All(await Task.WhenAll(calls), Assert.NotNull);

        await BegunAgainAsync(created.Upload, zip, ErrorReason.ChecksumMismatch);
    }

    [Fact]
    public async Task ResumeUpload_ZipThatBreaksARule_SaysToAbort()
    {
        var noZip = Content.Random(4_096);
        var created = await CreateAndSendAsync(await System.SeriesAsync(), noZip);
        await RpcAssert.FailsAsync(ErrorReason.ZipUnreadable, () => System.Uploads().FinalizeUploadAsync(Requests.Finalize(created.Upload)).ResponseAsync);

        var resumed = await System.Uploads(1).ResumeUploadAsync(new ResumeUploadRequest { UploadId = created.Upload.Id });

        Assert.Equal((ResumeStep.Abort, "ZIP_UNREADABLE", 1), (resumed.NextStep, resumed.Upload.LastProblem.Reason, resumed.Upload.Attempt));
        Assert.NotEqual("", resumed.Upload.LastProblem.Detail);
    }

    /// <summary>Nothing is at the key, resuming says why and gives what works, and the right bytes end the upload well.</summary>
    private async Task BegunAgainAsync(Upload upload, Content right, ErrorReason reason)
    {
        Assert.Null(await System.Objects.HeadAsync(StorageKey.Parse(upload.StorageKey), default));
        var resumed = await System.Uploads(1).ResumeUploadAsync(new ResumeUploadRequest { UploadId = upload.Id });
        Assert.Equal((false, ResumeStep.SendAgain, 2), (resumed.BytesComplete, resumed.NextStep, resumed.Upload.Attempt));
        Assert.Equal(ErrorReasons.NameOf(reason), resumed.Upload.LastProblem.Reason);
        await SendOkAsync(resumed.Put, right);
        var ready = await System.Uploads().ResumeUploadAsync(new ResumeUploadRequest { UploadId = upload.Id });
        Assert.Equal((true, ResumeStep.Finalize), (ready.BytesComplete, ready.NextStep));
        var finalized = (await System.Uploads().FinalizeUploadAsync(Requests.Finalize(upload))).Upload;
        Assert.Equal((UploadState.Completed, null), (finalized.State, finalized.LastProblem));
    }
}
