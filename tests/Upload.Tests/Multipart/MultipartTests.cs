using System.Net;
using MoviesNow.Common.V1;
using MoviesNow.Storage;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.V1;
using UploadTests.Support;

namespace UploadTests.Multipart;

[Collection(nameof(SharedSystem))]
public sealed class MultipartTests(SharedSystem shared) : UploadTest(shared)
{
    private const int TwoAndABit = (2 * (5 << 20)) + 1_234;

    [Fact]
    public async Task Bundle_ThreePartsInAnyOrder_RoundTripEndsVerified()
    {
        var zip = Content.Zip(TwoAndABit);
        var request = Requests.Season(await System.SeriesAsync(), zip);
        request.Method = UploadMethod.Multipart;
        var created = await System.Bundles().CreateBundleAsync(request);
        Assert.Null(created.Put);
        Assert.Equal((3, UploadSystem.PartSize, zip.Size - (2 * UploadSystem.PartSize)), PlanOf(created.Upload));
        var sent = await SendPartsAsync(created.Upload, zip, 3, 1, 2);

        var completed = await System.Multipart().CompleteMultipartUploadAsync(
            new CompleteMultipartUploadRequest { UploadId = created.Upload.Id, Parts = { sent } });

        Assert.Equal(UploadState.Completed, completed.Upload.State);
        Assert.Equal(MoviesNow.Catalog.V1.BundleState.Verified, await System.BundleStateAsync(created.Bundle.Id));
        var stored = await System.Objects.HeadAsync(StorageKey.Parse(created.Upload.StorageKey), default);
        Assert.Equal((zip.Size, "application/zip", "public, max-age=3600"), (stored!.Size, stored.ContentType, stored.CacheControl));
        Assert.EndsWith("-3", completed.Upload.StorageEtag, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ResumeUpload_AfterAnInterruption_GivesTheMissingPartsAndTheServerListsThem()
    {
        var (upload, content) = await CreateAsync();
        await SendPartsAsync(upload, content, 2);

        var first = await ResumeAsync(upload, maxParts: 1);
        Assert.Equal((2, false), (first.MissingPartCount, first.BytesComplete));
        Assert.Equal([1], first.MissingParts.Select(part => part.PartNumber));
        var all = await ResumeAsync(upload);
        Assert.Equal([1, 3], all.MissingParts.Select(part => part.PartNumber));
        Assert.Equal([0, 2 * UploadSystem.PartSize], all.MissingParts.Select(part => part.OffsetBytes));
        await RpcAssert.FailsAsync(ErrorReason.PartsIncomplete, () => CompleteAsync(upload));
        await SendAsync(all.MissingParts, content);
        Assert.True((await ResumeAsync(upload)).BytesComplete);

        var completed = await CompleteAsync(upload);
        Assert.NotEqual("", completed.AssetId);
        Assert.Equal(completed, await CompleteAsync(upload, replica: 1));
        await RpcAssert.FailsAsync(ErrorReason.InvalidState, () => ResumeAsync(upload));
    }

    [Fact]
    public async Task FinalizeUpload_OfAMultipartUpload_JoinsItToo()
    {
        var (upload, content) = await CreateAsync(1_000);
        await SendPartsAsync(upload, content, 1);
        var finalized = await System.Uploads().FinalizeUploadAsync(Requests.Finalize(upload));
        Assert.Equal(UploadState.Completed, finalized.Upload.State);
    }

    [Fact]
    public async Task ListParts_Pages_AreInOrder()
    {
        var (upload, content) = await CreateAsync();
        await SendPartsAsync(upload, content, 3, 1, 2);
        var page = await System.Multipart().ListPartsAsync(new ListPartsRequest { UploadId = upload.Id, PageSize = 2 });
        var rest = await System.Multipart().ListPartsAsync(new ListPartsRequest { UploadId = upload.Id, PageSize = 2, PageToken = page.NextPageToken });
        Assert.Equal([1, 2, 3], page.Parts.Concat(rest.Parts).Select(part => part.PartNumber));
        Assert.Equal(content.Size, page.Parts.Concat(rest.Parts).Sum(part => part.SizeBytes));
        Assert.Equal("", rest.NextPageToken);
    }

    [Fact]
    public async Task PresignedPart_OtherLengthThanPlanned_IsRefusedByTheStorage()
    {
        var (upload, content) = await CreateAsync();
        var presigned = await System.Multipart().PresignPartsAsync(new PresignPartsRequest { UploadId = upload.Id, PartNumbers = { 3 } });
        var part = Assert.Single(presigned.Parts);
        using var answer = await System.SendAsync(part.Request, content.Part(0, part.SizeBytes + 1));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task CompleteMultipartUpload_PartsThatDoNotFit_IsRefusedAndCanBeMended()
    {
        var (upload, content) = await CreateAsync();
        var sent = await SendPartsAsync(upload, content, 1, 2, 3);
        await RefusedAsync(sent[0], sent[2]);
        await RefusedAsync(sent[0], sent[1], new UploadedPart { PartNumber = 3, Etag = "00000000000000000000000000000000" });
        await RefusedAsync(sent[0], sent[1], new UploadedPart { PartNumber = 4, Etag = sent[2].Etag });
        Assert.Null(await System.Objects.HeadAsync(StorageKey.Parse(upload.StorageKey), default));
        await CompleteAsync(upload, parts: [sent[2], sent[0], sent[1]]);

        Task RefusedAsync(params UploadedPart[] parts) => RpcAssert.FailsAsync(ErrorReason.PartsIncomplete, () => CompleteAsync(upload, parts: parts));
    }

    [Fact]
    public async Task AbortUpload_HalfSent_LeavesNoPartsBehind()
    {
        var (upload, content) = await CreateAsync();
        await SendPartsAsync(upload, content, 1);
        await System.Uploads().AbortUploadAsync(new AbortUploadRequest { UploadId = upload.Id });
        Assert.Empty(await System.Objects.ListMultipartUploadsAsync(upload.StorageKey, default).ToListAsync());
        await RpcAssert.FailsAsync(ErrorReason.InvalidState, () => CompleteAsync(upload));
        await RpcAssert.FailsAsync(ErrorReason.InvalidState, () => ResumeAsync(upload));
    }

    [Fact]
    public async Task CompleteMultipartUpload_ManyAtOnceOnTwoReplicas_AllSucceedWithOneObject()
    {
        var (upload, content) = await CreateAsync();
        await SendPartsAsync(upload, content, 1, 2, 3);
        MultipartUploadService.MultipartUploadServiceClient[] replicas = [System.Multipart(), System.Multipart(1)];
        var answers = await Task.WhenAll(Enumerable.Range(0, 8)
            .Select(i => replicas[i % 2].CompleteMultipartUploadAsync(Requests.Complete(upload)).ResponseAsync));
        Assert.Single(answers.Distinct());
        Assert.Equal(content.Size, (await System.Objects.HeadAsync(StorageKey.Parse(upload.StorageKey), default))!.Size);
    }

    [Fact]
    public async Task CompleteMultipartUpload_AnswerOfTheStorageLost_SucceedsNevertheless()
    {
        var (upload, content) = await CreateAsync();
        await SendPartsAsync(upload, content, 1, 2, 3);
        System.Lossy.Lose(int.MaxValue, LossyS3.IsComplete);
        try
        {
            Assert.Equal(UploadState.Completed, (await CompleteAsync(upload)).Upload.State);
        }
        finally
        {
            System.Lossy.Lose(0, LossyS3.IsComplete);
        }
    }

    [Fact]
    public async Task AbortUpload_CreationRepeatedOnTheWay_LeavesNoMultipartUploadBehind()
    {
        // The HTTP client sends a request again when a reused connection breaks: then there are two.
        var titleId = await System.MovieAsync();
        await System.Objects.HeadAsync(StorageKey.Parse("any"), default);
        System.Lossy.Lose(1, LossyS3.IsCreateMultipart);
        var upload = (await System.Uploads().CreateUploadAsync(Requests.Original(titleId, Content.Random(1_000)))).Upload;
        Assert.Equal(2, (await System.Objects.ListMultipartUploadsAsync(upload.StorageKey, default).ToListAsync()).Count);
        await System.Uploads().AbortUploadAsync(new AbortUploadRequest { UploadId = upload.Id });
        Assert.Empty(await System.Objects.ListMultipartUploadsAsync(upload.StorageKey, default).ToListAsync());
    }

    [Fact]
    public async Task CompleteMultipartUpload_JoinedBeforeACrash_IsFoundByRepeating()
    {
        var (upload, content) = await CreateAsync();
        var sent = await SendPartsAsync(upload, content, 1, 2, 3);
        await foreach (var pending in System.Objects.ListMultipartUploadsAsync(upload.StorageKey, default))
        {
            var outcome = await System.Objects.CompleteMultipartAsync(
                pending.Key!, pending.UploadId, [.. sent.OrderBy(part => part.PartNumber).Select(part => new CompletedPart(part.PartNumber, part.Etag))], default);
            Assert.Equal(CompleteStatus.Completed, outcome.Status);
        }

        Assert.Equal(UploadState.Completed, (await CompleteAsync(upload, parts: [.. sent])).Upload.State);
    }

    [Fact]
    public async Task CompleteMultipartUpload_ForeignObjectAtTheKey_IsLeftAlone()
    {
        var (upload, content) = await CreateAsync(1_000);
        await SendPartsAsync(upload, content, 1);
        await System.PlantAsync(upload.StorageKey, [1, 2, 3]);
        await RpcAssert.FailsAsync(ErrorReason.ObjectExists, () => CompleteAsync(upload));
        Assert.Equal(3, (await System.Objects.HeadAsync(StorageKey.Parse(upload.StorageKey), default))!.Size);
    }

    [Fact]
    public async Task CreateUpload_AnswerWithTheMultipartIdLost_LeavesNoMultipartUploadBehind()
    {
        var titleId = await System.MovieAsync();
        var request = Requests.Original(titleId, Content.Random(1_000));
        System.Lossy.Lose(int.MaxValue, LossyS3.IsCreateMultipart);
        try
        {
            await RpcAssert.FailsAsync(ErrorReason.DependencyUnavailable, () => System.Uploads().CreateUploadAsync(request).ResponseAsync);
        }
        finally
        {
            System.Lossy.Lose(0, LossyS3.IsCreateMultipart);
        }

        Assert.Empty(await System.Objects.ListMultipartUploadsAsync($"originals/{titleId}/", default).ToListAsync());
        Assert.Equal(0, await System.CountSessionsAsync(titleId));
        await System.Uploads().CreateUploadAsync(request);
    }

    [Fact]
    public async Task SinglePut_MultipartMethods_AreRefused()
    {
        var upload = (await System.Uploads().CreateUploadAsync(Requests.Artwork(await System.MovieAsync(), Content.Random(100)))).Upload;
        await RpcAssert.FailsAsync(ErrorReason.InvalidState, () => CompleteAsync(upload));
        await RpcAssert.FailsAsync(ErrorReason.InvalidState, () => System.Multipart().ListPartsAsync(new ListPartsRequest { UploadId = upload.Id }).ResponseAsync);
        await RpcAssert.FailsAsync(
            ErrorReason.InvalidState, () => System.Multipart().PresignPartsAsync(new PresignPartsRequest { UploadId = upload.Id, PartNumbers = { 1 } }).ResponseAsync);
    }

    public static TheoryData<int[]> BadNumbers => [[], [0], [4], [1, 1], [-1], Enumerable.Range(1, 1_001).ToArray()];

    [Theory]
    [MemberData(nameof(BadNumbers))]
    public async Task PresignParts_BadNumbers_AreNamed(int[] numbers)
    {
        var (upload, _) = await CreateAsync();
        await RpcAssert.FailsOnFieldsAsync(
            ["part_numbers"], () => System.Multipart().PresignPartsAsync(new PresignPartsRequest { UploadId = upload.Id, PartNumbers = { numbers } }).ResponseAsync);
    }

    [Fact]
    public async Task CompleteMultipartUpload_BadParts_AreNamed()
    {
        UploadedPart[] parts =
        [
            new() { PartNumber = 0, Etag = "a" }, new() { PartNumber = 2 }, new() { PartNumber = 2, Etag = "a" }, new() { PartNumber = 3, Etag = "a", SizeBytes = -1 },
        ];
        await RpcAssert.FailsOnFieldsAsync(
            ["parts[0].part_number", "parts[1].etag", "parts[2].part_number", "parts[3].size_bytes"],
            () => System.Multipart().CompleteMultipartUploadAsync(
                new CompleteMultipartUploadRequest { UploadId = "0198c0de-7a5b-7c3d-8e9f-0123456789ab", Parts = { parts } }).ResponseAsync);
    }

    private async Task<(Upload Upload, Content Content)> CreateAsync(int size = TwoAndABit)
    {
        var content = Content.Random(size);
        var created = await System.Uploads().CreateUploadAsync(Requests.Original(await System.MovieAsync(), content));
        return (created.Upload, content);
    }

    private Task<ResumeUploadResponse> ResumeAsync(Upload upload, int maxParts = 0) =>
        System.Uploads(replica: 1).ResumeUploadAsync(new ResumeUploadRequest { UploadId = upload.Id, MaxParts = maxParts }).ResponseAsync;

    private Task<CompleteMultipartUploadResponse> CompleteAsync(Upload upload, int replica = 0, params UploadedPart[] parts) =>
        System.Multipart(replica).CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest { UploadId = upload.Id, Parts = { parts } }).ResponseAsync;

    private static (int, long, long) PlanOf(Upload upload) =>
        (upload.PartPlan.PartCount, upload.PartPlan.PartSizeBytes, upload.PartPlan.LastPartSizeBytes);
}
