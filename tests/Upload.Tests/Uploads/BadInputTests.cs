using System.Net;
using MoviesNow.Common.V1;
using MoviesNow.Storage;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.V1;
using UploadTests.Support;

namespace UploadTests.Uploads;

/// <summary>What clients get wrong: hostile names, sizes at the edges, and uploads that are over.</summary>
[Collection(nameof(SharedSystem))]
public sealed class BadInputTests(SharedSystem shared) : UploadTest(shared)
{
    private const long SinglePutLimit = 5L << 30;

    [Theory]
    [InlineData("Ame\u0301lie 😀🎬.png")]
    [InlineData("\"quoted\" & 'single'.png")]
    [InlineData("100%2e%2e%2f+plus.png")]
    [InlineData("שלום עולם.png")]
    [InlineData("..")]
    [InlineData("../../../etc/passwd")]
    [InlineData("a/b\\c.png")]
    [InlineData("CON.png")]
    [InlineData(".png")]
    public async Task CreateUpload_HostileName_GetsAKeyBelowItsTitleThatWorks(string name)
    {
        var (titleId, content) = (await System.MovieAsync(), Content.Random(64));
        var request = Requests.Artwork(titleId, content);
        request.FileName = name;

        var created = await System.Uploads().CreateUploadAsync(request);

        Assert.Matches($"^artwork/title/{titleId}/[A-Za-z0-9_.-]+$", created.Upload.StorageKey);
        Assert.DoesNotContain("..", created.Upload.StorageKey, StringComparison.Ordinal);
        await SendOkAsync(created.Put, content);
        await System.Uploads().FinalizeUploadAsync(Requests.Finalize(created.Upload));
    }

    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    [InlineData(300, false)]
    public async Task CreateUpload_LongName_IsTakenUpToItsLimit(int length, bool isTaken)
    {
        var request = Requests.Artwork(await System.MovieAsync(), Content.Random(64));
        request.FileName = new string('ä', length - 4) + ".png";
        if (isTaken)
            Assert.InRange((await System.Uploads().CreateUploadAsync(request)).Upload.StorageKey.Length, 1, 1_024);
        else
            await RpcAssert.FailsOnFieldsAsync(["file_name"], () => System.Uploads().CreateUploadAsync(request).ResponseAsync);
    }

    [Theory]
    [InlineData(0, UploadMethod.SinglePut, null)]
    [InlineData(0, UploadMethod.Multipart, null)]
    [InlineData(-1, UploadMethod.Unspecified, null)]
    [InlineData(1, UploadMethod.Multipart, 1)]
    [InlineData(UploadSystem.PartSize - 1, UploadMethod.Multipart, 1)]
    [InlineData(UploadSystem.PartSize, UploadMethod.Multipart, 1)]
    [InlineData(UploadSystem.PartSize + 1, UploadMethod.Multipart, 2)]
    [InlineData((2 * UploadSystem.PartSize) - 1, UploadMethod.Multipart, 2)]
    [InlineData(10_000 * UploadSystem.PartSize, UploadMethod.Multipart, 10_000)]
    [InlineData((10_000 * UploadSystem.PartSize) + 1, UploadMethod.Multipart, 8_334)]
    [InlineData(SinglePutLimit - 1, UploadMethod.SinglePut, 0)]
    [InlineData(SinglePutLimit, UploadMethod.SinglePut, 0)]
    [InlineData(SinglePutLimit + 1, UploadMethod.SinglePut, null)]
    [InlineData(SinglePutLimit + 1, UploadMethod.Unspecified, 1_025)]
    [InlineData(StorageOptions.S3MaxObjectBytes, UploadMethod.Multipart, 9_987)]
    [InlineData(StorageOptions.S3MaxObjectBytes + 1, UploadMethod.Multipart, null)]
    public async Task CreateUpload_SizeAtAnEdge_IsPlannedOrRefused(long size, UploadMethod method, int? parts)
    {
        var request = Requests.Original(await System.MovieAsync(), Content.Random(1));
        (request.SizeBytes, request.Method) = (size, method);
        if (parts is null)
            await RpcAssert.FailsOnFieldsAsync(["size_bytes"], () => System.Uploads().CreateUploadAsync(request).ResponseAsync);
        else
            Assert.Equal(parts, (await System.Uploads().CreateUploadAsync(request)).Upload.PartPlan?.PartCount ?? 0);
    }

    [Theory]
    [InlineData(10_000, "parts[9999].etag")]
    [InlineData(10_001, "parts")]
    public Task CompleteMultipartUpload_ManyParts_AreTakenUpToTheirLimit(int count, string field)
    {
        var request = new CompleteMultipartUploadRequest { UploadId = Guid.NewGuid().ToString() };
        request.Parts.AddRange(Enumerable.Range(1, count).Select(number => new UploadedPart { PartNumber = number, Etag = number == 10_000 ? "" : "e" }));
        var fields = count > 10_000 ? ["parts[9999].etag", "parts[10000].part_number", field] : new[] { field };
        return RpcAssert.FailsOnFieldsAsync(fields, () => System.Multipart().CompleteMultipartUploadAsync(request).ResponseAsync);
    }

    [Fact]
    public async Task TwoUploaders_OfOneSession_EndWithOneObject()
    {
        var content = Content.Random((2 * (int)UploadSystem.PartSize) + 7);
        var upload = (await System.Uploads().CreateUploadAsync(Requests.Original(await System.MovieAsync(), content))).Upload;
        var another = new UploadService.UploadServiceClient(System.As(Identity.Admin with { Subject = "another@test" }, 1));
        var resumed = await another.ResumeUploadAsync(new ResumeUploadRequest { UploadId = upload.Id });

        await Task.WhenAll(SendPartsAsync(upload, content, 1, 2, 3), SendAsync(resumed.MissingParts, content));
        await Task.WhenAll(
            another.FinalizeUploadAsync(Requests.Finalize(upload)).ResponseAsync,
            System.Multipart().CompleteMultipartUploadAsync(Requests.Complete(upload)).ResponseAsync);

        var ended = (await System.Uploads().GetUploadAsync(new GetUploadRequest { UploadId = upload.Id })).Upload;
        Assert.Equal((UploadState.Completed, "admin@test"), (ended.State, ended.Owner));
    }

    [Fact]
    public async Task TwoUploaders_OfOneSinglePut_TheSecondIsRefused()
    {
        var content = Content.Random(100_000);
        var created = await System.Uploads().CreateUploadAsync(Requests.Artwork(await System.MovieAsync(), content));
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => System.SendAsync(created.Put, content.Bytes)));
        Assert.Single(answers, answer => answer.StatusCode is HttpStatusCode.OK);
        Assert.Equal(3, answers.Count(answer => answer.StatusCode is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict));
        await System.Uploads().FinalizeUploadAsync(Requests.Finalize(created.Upload));
    }

    public static TheoryData<string, ErrorReason> Ends => new()
    {
        { "aborted", ErrorReason.InvalidState },
        { "expired", ErrorReason.UploadExpired },
        { "completed", ErrorReason.InvalidState },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task EveryMethod_UploadIsOver_SaysSo(string end, ErrorReason reason)
    {
        var content = Content.Random(100);
        var upload = (await System.Uploads().CreateUploadAsync(Requests.Original(await System.MovieAsync(), content))).Upload;
        await SendPartsAsync(upload, content, 1);
        if (end == "completed")
        {
            await System.Uploads().FinalizeUploadAsync(Requests.Finalize(upload));
        }
        else
        {
            await System.SetAsync(upload.Id, $"state = 'closing', close_as = '{end}'");
            await System.Uploads().AbortUploadAsync(new AbortUploadRequest { UploadId = upload.Id });
        }

        await FailsAsync(() => System.Uploads().ResumeUploadAsync(new ResumeUploadRequest { UploadId = upload.Id }).ResponseAsync);
        await FailsAsync(() => System.Multipart().ListPartsAsync(new ListPartsRequest { UploadId = upload.Id }).ResponseAsync);
        await FailsAsync(() => System.Multipart().PresignPartsAsync(new PresignPartsRequest { UploadId = upload.Id, PartNumbers = { 1 } }).ResponseAsync);
        if (end == "completed")
        {
            await FailsAsync(() => System.Uploads().AbortUploadAsync(new AbortUploadRequest { UploadId = upload.Id }).ResponseAsync);
            Assert.Equal(UploadState.Completed, (await System.Multipart().CompleteMultipartUploadAsync(Requests.Complete(upload))).Upload.State);
            return;
        }

        await FailsAsync(() => System.Uploads().FinalizeUploadAsync(Requests.Finalize(upload)).ResponseAsync);
        await FailsAsync(() => System.Multipart().CompleteMultipartUploadAsync(Requests.Complete(upload)).ResponseAsync);
        Assert.Empty(await System.Objects.ListMultipartUploadsAsync(upload.StorageKey, default).ToListAsync());

        Task FailsAsync(Func<Task> call) => RpcAssert.FailsAsync(reason, call);
    }
}
