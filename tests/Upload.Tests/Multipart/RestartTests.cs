using System.Net;
using System.Security.Cryptography;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Storage;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.V1;
using UploadTests.Support;

namespace UploadTests.Multipart;

/// <summary>Storage changed behind the service's back, or the parts were wrong: the session begins again from nothing and says so.</summary>
[Collection(nameof(SharedSystem))]
public sealed class RestartTests(SharedSystem shared) : UploadTest(shared)
{
    private const int TwoAndABit = (2 * (5 << 20)) + 1_234;

    public static TheoryData<string> Calls => ["resume", "presign", "list", "complete", "finalize"];

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task NextCall_StorageDroppedTheParts_BeginsAgainAndSaysSo(string call)
    {
        var (upload, content) = await CreateAsync();
        await SendPartsAsync(upload, content, 1, 2);
        var old = await DropAsync(upload);

        var attempt = await CallAsync(call, upload);

        Assert.Equal(2, attempt);
        var pending = Assert.Single(await System.Objects.ListMultipartUploadsAsync(upload.StorageKey, default).ToListAsync());
        Assert.NotEqual(old, pending.UploadId);
        var resumed = await ResumeAsync(upload);
        Assert.Equal((ResumeStep.SendAgain, 3, 2), (resumed.NextStep, resumed.MissingPartCount, resumed.Upload.Attempt));
        Assert.Equal("PARTS_INCOMPLETE", resumed.Upload.LastProblem.Reason);
        await SendAsync(resumed.MissingParts, content);
        var completed = await CompleteAsync(upload);
        Assert.Equal((UploadState.Completed, null), (completed.Upload.State, completed.Upload.LastProblem));
    }

    [Fact]
    public async Task NextCalls_StorageDroppedTheParts_AtOnceOnThreeReplicas_BeginAgainOnce()
    {
        var (upload, content) = await CreateAsync();
        await DropAsync(upload);

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => PresignAsync(upload, System.Three[i % 3], 1, 2, 3)));

        Assert.All(answers, answer => Assert.Equal(2, answer.Attempt));
        Assert.Single(await System.Objects.ListMultipartUploadsAsync(upload.StorageKey, default).ToListAsync());
        await SendAsync(answers[7].Parts, content);
        await CompleteAsync(upload);
    }

    [Fact]
    public async Task CompleteMultipartUpload_BytesAreOthers_BeginsAgain()
    {
        var (upload, content) = await CreateAsync();
        await SendPartsAsync(upload, content.Damaged(), 1, 2, 3);

        await RpcAssert.FailsAsync(ErrorReason.ChecksumMismatch, () => CompleteAsync(upload));

        Assert.Null(await System.Objects.HeadAsync(StorageKey.Parse(upload.StorageKey), default));
        var error = await RpcAssert.FailsAsync(ErrorReason.PartsIncomplete, () => CompleteAsync(upload));
        Assert.Equal(("1,2,3", "3"), (RpcErrors.InfoOf(error)!.Metadata["part_numbers"], RpcErrors.InfoOf(error)!.Metadata["part_count"]));
        var resumed = await ResumeAsync(upload);
        Assert.Equal((ResumeStep.SendAgain, "CHECKSUM_MISMATCH", 3), (resumed.NextStep, resumed.Upload.LastProblem.Reason, resumed.MissingPartCount));
        await SendAsync(resumed.MissingParts.Take(1), content);
        Assert.Equal(ResumeStep.Send, (await ResumeAsync(upload)).NextStep);
        await SendAsync(resumed.MissingParts.Skip(1), content);
        Assert.Equal(UploadState.Completed, (await CompleteAsync(upload)).Upload.State);
    }

    [Fact]
    public async Task CompleteMultipartUpload_WrongBytesManyAtOnceOnThreeReplicas_BeginAgainOnce()
    {
        var (upload, content) = await CreateAsync();
        await SendPartsAsync(upload, content.Damaged(), 1, 2, 3);

        var calls = await Task.WhenAll(Enumerable.Range(0, 9).Select(i => Record.ExceptionAsync(() => CompleteAsync(upload, System.Three[i % 3]))));

        Assert.All(calls, Assert.NotNull);
        Assert.Equal(2, (await ResumeAsync(upload)).Upload.Attempt);
        Assert.Single(await System.Objects.ListMultipartUploadsAsync(upload.StorageKey, default).ToListAsync());
    }

    [Fact]
    public async Task CompleteMultipartUpload_ManyAtOnceOnThreeReplicas_HaveOneEffect()
    {
        var (upload, content) = await CreateAsync();
        await SendPartsAsync(upload, content, 1, 2, 3);
        var answers = await Task.WhenAll(Enumerable.Range(0, 9).Select(i => CompleteAsync(upload, System.Three[i % 3])));
        Assert.Single(answers.Distinct());
        Assert.Equal(1, answers[0].Upload.Attempt);
    }

    [Fact]
    public async Task PresignParts_PartsAreJoined_SignsNothing()
    {
        var (upload, content) = await CreateAsync();
        var sent = await SendPartsAsync(upload, content, 1, 2, 3);
        await foreach (var pending in System.Objects.ListMultipartUploadsAsync(upload.StorageKey, default))
        {
            await System.Objects.CompleteMultipartAsync(
                pending.Key!, pending.UploadId, [.. sent.Select(part => new CompletedPart(part.PartNumber, part.Etag))], default);
        }

        await RpcAssert.FailsAsync(ErrorReason.InvalidState, () => PresignAsync(upload, 0, 1));
        var resumed = await ResumeAsync(upload);
        Assert.Equal((true, ResumeStep.Finalize, 1), (resumed.BytesComplete, resumed.NextStep, resumed.Upload.Attempt));
        await CompleteAsync(upload);
    }

    [Fact]
    public async Task PresignParts_Thousand_AllOfThePlanAndAgain()
    {
        var request = Requests.Original(await System.MovieAsync(), new Content([1]));
        request.SizeBytes = 1_000 * UploadSystem.PartSize;
        var upload = (await System.Uploads().CreateUploadAsync(request)).Upload;
        int[] numbers = [.. Enumerable.Range(1, 1_000)];

        var first = await PresignAsync(upload, 0, numbers);
        var again = await PresignAsync(upload, 1, numbers);

        Assert.Equal(numbers, first.Parts.Select(part => part.PartNumber));
        Assert.Equal(numbers, again.Parts.Select(part => part.PartNumber));
        Assert.Equal(request.SizeBytes, first.Parts.Sum(part => part.SizeBytes));
    }

    [Fact]
    public async Task PresignParts_DigestsOfParts_AreSignedAndOtherBytesRefused()
    {
        var content = Content.Random(TwoAndABit);
        var request = Requests.Original(await System.MovieAsync(), content);
        request.PartChecksums = true;
        var upload = (await System.Uploads().CreateUploadAsync(request)).Upload;
        Assert.True(upload.PartChecksums);
        var missing = (await ResumeAsync(upload)).MissingParts;
        Assert.All(missing, part => Assert.Null(part.Request));
        var asked = new PresignPartsRequest { UploadId = upload.Id, PartNumbers = { 1, 2, 3 } };
        foreach (var part in missing)
            asked.PartSha256[part.PartNumber] = Convert.ToHexStringLower(SHA256.HashData(content.Part(part.OffsetBytes, part.SizeBytes).Span));

        var presigned = (await System.Multipart().PresignPartsAsync(asked)).Parts;
        using (var answer = await System.SendAsync(presigned[0].Request, content.Damaged().Part(presigned[1].OffsetBytes, presigned[0].SizeBytes)))
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        await SendAsync(presigned, content);

        Assert.Equal(UploadState.Completed, (await CompleteAsync(upload)).Upload.State);
    }

    [Fact]
    public async Task PresignParts_DigestsThatDoNotFit_AreNamed()
    {
        var request = Requests.Original(await System.MovieAsync(), Content.Random(TwoAndABit));
        var without = (await System.Uploads().CreateUploadAsync(request)).Upload;
        request.PartChecksums = true;
        request.FileName = "other.mp4";
        var with = (await System.Uploads().CreateUploadAsync(request)).Upload;
        var digest = new string('a', 64);

        await NamedAsync("part_sha256", without, (1, digest));
        await NamedAsync("part_sha256", with);
        await NamedAsync("part_sha256", with, (2, digest));
        await NamedAsync("part_sha256[1]", with, (1, digest.ToUpperInvariant()));

        request.Method = UploadMethod.SinglePut;
        await RpcAssert.FailsOnFieldsAsync(["part_checksums"], () => System.Uploads().CreateUploadAsync(request).ResponseAsync);

        Task NamedAsync(string field, Upload upload, params (int Number, string Digest)[] digests)
        {
            var asked = new PresignPartsRequest { UploadId = upload.Id, PartNumbers = { 1 } };
            foreach (var (number, value) in digests)
                asked.PartSha256[number] = value;
            return RpcAssert.FailsOnFieldsAsync([field], () => System.Multipart().PresignPartsAsync(asked).ResponseAsync);
        }
    }

    private async Task<(Upload Upload, Content Content)> CreateAsync()
    {
        var content = Content.Random(TwoAndABit);
        var created = await System.Uploads().CreateUploadAsync(Requests.Original(await System.MovieAsync(), content));
        return (created.Upload, content);
    }

    /// <summary>What a lifecycle rule or an operator does.</summary>
    private async Task<string> DropAsync(Upload upload)
    {
        var pending = Assert.Single(await System.Objects.ListMultipartUploadsAsync(upload.StorageKey, default).ToListAsync());
        await System.Objects.AbortMultipartAsync(pending.Key!, pending.UploadId, default);
        return pending.UploadId;
    }

    private async Task<int> CallAsync(string call, Upload upload)
    {
        switch (call)
        {
            case "resume":
                return (await ResumeAsync(upload)).Upload.Attempt;
            case "presign":
                return (await PresignAsync(upload, 0, 3)).Attempt;
            case "list":
                var listed = await System.Multipart().ListPartsAsync(new ListPartsRequest { UploadId = upload.Id });
                Assert.Empty(listed.Parts);
                return listed.Attempt;
            case "complete":
                await RpcAssert.FailsAsync(ErrorReason.PartsIncomplete, () => CompleteAsync(upload));
                break;
            default:
                await RpcAssert.FailsAsync(ErrorReason.PartsIncomplete, () => System.Uploads().FinalizeUploadAsync(Requests.Finalize(upload)).ResponseAsync);
                break;
        }

        return (await System.Uploads().GetUploadAsync(new GetUploadRequest { UploadId = upload.Id })).Upload.Attempt;
    }

    private Task<PresignPartsResponse> PresignAsync(Upload upload, int replica, params int[] numbers) =>
        System.Multipart(replica).PresignPartsAsync(new PresignPartsRequest { UploadId = upload.Id, PartNumbers = { numbers } }).ResponseAsync;

    private Task<ResumeUploadResponse> ResumeAsync(Upload upload) =>
        System.Uploads(replica: 1).ResumeUploadAsync(new ResumeUploadRequest { UploadId = upload.Id }).ResponseAsync;

    private Task<CompleteMultipartUploadResponse> CompleteAsync(Upload upload, int replica = 0) =>
        System.Multipart(replica).CompleteMultipartUploadAsync(Requests.Complete(upload)).ResponseAsync;
}
