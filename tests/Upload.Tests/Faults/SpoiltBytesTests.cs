using System.Net;
using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Storage;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.V1;
using UploadTests.Support;

namespace UploadTests.Faults;

/// <summary>Bytes that are cut off or changed on the way are never recorded, and sending them again succeeds.</summary>
[Collection(nameof(FaultSystem))]
public sealed class SpoiltBytesTests(FaultSystem faults) : UploadTest(faults), IAsyncLifetime
{
    private readonly Content _content = Content.Random((int)UploadSystem.PartSize + 1_000);
    private int _replica;

    public Task InitializeAsync()
    {
        // Clients come by the place where things go wrong, too.
        _replica = System.AddReplica(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Storage:PublicUrl"] = System.Lossy.Url });
        return Task.CompletedTask;
    }

    public Task DisposeAsync()
    {
        System.Lossy.Heal();
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData(nameof(StorageFault.FlipsBit))]
    [InlineData(nameof(StorageFault.CutsBody))]
    public async Task Put_SpoiltOnTheWay_StoresNothingAndIsSentAgain(string fault)
    {
        var created = await System.Uploads(_replica).CreateUploadAsync(Requests.Artwork(await System.MovieAsync(), _content));
        System.Lossy.Inject(Enum.Parse<StorageFault>(fault), LossyS3.IsPut, 1);
        Assert.False(await IsStoredAsync(created.Put, _content.Bytes));
        await RpcAssert.FailsAsync(ErrorReason.ObjectMissing, () => System.Uploads(_replica).FinalizeUploadAsync(Requests.Finalize(created.Upload)).ResponseAsync);

        var resumed = await System.Uploads(_replica).ResumeUploadAsync(new ResumeUploadRequest { UploadId = created.Upload.Id });
        Assert.Equal(ResumeStep.Send, resumed.NextStep);
        Assert.True(await IsStoredAsync(resumed.Put, _content.Bytes));
        var finalized = await System.Uploads(_replica).FinalizeUploadAsync(Requests.Finalize(created.Upload));
        await AssertCompletedAsync(finalized.Upload, created.Upload);
    }

    [Theory]
    [InlineData(nameof(StorageFault.FlipsBit), true)]
    [InlineData(nameof(StorageFault.CutsBody), true)]
    [InlineData(nameof(StorageFault.CutsBody), false)]
    public async Task Part_SpoiltAndRefused_IsNamedAsMissingAndSentAgain(string fault, bool checksums)
    {
        var upload = await CreateAsync(checksums);
        var parts = await PresignAsync(upload, checksums);
        Assert.True(await IsStoredAsync(parts[0].Request, Bytes(parts[0])));
        System.Lossy.Inject(Enum.Parse<StorageFault>(fault), LossyS3.IsPart, 1);
        Assert.False(await IsStoredAsync(parts[1].Request, Bytes(parts[1])));
        var error = await RpcAssert.FailsAsync(ErrorReason.PartsIncomplete, () => CompleteAsync(upload));
        Assert.Equal("2", RpcErrors.InfoOf(error)!.Metadata["part_numbers"]);

        Assert.True(await IsStoredAsync(parts[1].Request, Bytes(parts[1])));
        await AssertCompletedAsync(await CompleteAsync(upload), upload);
    }

    [Fact]
    public async Task Part_FlippedWithoutAChecksum_IsFoundByTheCheckAndSentAgain()
    {
        var upload = await CreateAsync(checksums: false);
        System.Lossy.Inject(StorageFault.FlipsBit, LossyS3.IsPart, 1);
        await SendAllAsync(await PresignAsync(upload, checksums: false));
        await RpcAssert.FailsAsync(ErrorReason.ChecksumMismatch, () => CompleteAsync(upload));

        var resumed = await System.Uploads(_replica).ResumeUploadAsync(new ResumeUploadRequest { UploadId = upload.Id });
        Assert.Equal((ResumeStep.SendAgain, 2), (resumed.NextStep, resumed.MissingPartCount));
        await SendAllAsync(resumed.MissingParts);
        await AssertCompletedAsync(await CompleteAsync(upload), upload);
    }

    [Theory]
    [InlineData(nameof(StorageFault.FlipsBit))]
    [InlineData(nameof(StorageFault.CutsBody))]
    public async Task SmallFile_SpoiltBehindTheService_IsUnavailableAndRepeated(string fault)
    {
        var (titleId, picture) = (await System.MovieAsync(), Content.Random(1_000));
        System.Lossy.Inject(Enum.Parse<StorageFault>(fault), LossyS3.IsPut, 1);
        await RpcAssert.FailsAsync(ErrorReason.DependencyUnavailable, UploadAsync);
        Assert.Empty(await new Invariants(System).ObjectsAsync(titleId));

        Assert.Equal(UploadState.Completed, (await UploadAsync()).Upload.State);
        Assert.Single(await new Invariants(System).ObjectsAsync(titleId));

        Task<UploadSmallFileResponse> UploadAsync() => System.Proxy(_replica).UploadSmallFileAsync(
            Requests.SmallFile(titleId, picture), new Metadata { { "idempotency-key", titleId } }).ResponseAsync;
    }

    private async Task<Upload> CreateAsync(bool checksums)
    {
        var request = Requests.Original(await System.MovieAsync(), _content);
        request.PartChecksums = checksums;
        return (await System.Uploads(_replica).CreateUploadAsync(request)).Upload;
    }

    private async Task<IReadOnlyList<PresignedPart>> PresignAsync(Upload upload, bool checksums)
    {
        var request = new PresignPartsRequest { UploadId = upload.Id, PartNumbers = { 1, 2 } };
        if (checksums)
        {
            request.PartSha256[1] = new Content(_content.Part(0, UploadSystem.PartSize).ToArray()).Sha256;
            request.PartSha256[2] = new Content(_content.Part(UploadSystem.PartSize, 1_000).ToArray()).Sha256;
        }

        return (await System.Multipart(_replica).PresignPartsAsync(request)).Parts;
    }

    private async Task SendAllAsync(IEnumerable<PresignedPart> parts)
    {
        foreach (var part in parts)
            Assert.True(await IsStoredAsync(part.Request, Bytes(part)));
    }

    private ReadOnlyMemory<byte> Bytes(PresignedPart part) => _content.Part(part.OffsetBytes, part.SizeBytes);

    private async Task<Upload> CompleteAsync(Upload upload) =>
        (await System.Multipart(_replica).CompleteMultipartUploadAsync(Requests.Complete(upload))).Upload;

    /// <summary>Whether storage takes the bytes: a refusal and a broken connection are the same to the client.</summary>
    private async Task<bool> IsStoredAsync(MoviesNow.Upload.V1.PresignedRequest put, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var answer = await System.SendAsync(put, bytes);
            return answer.StatusCode is HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task AssertCompletedAsync(Upload completed, Upload created)
    {
        Assert.Equal((created.Id, UploadState.Completed), (completed.Id, completed.State));
        await using var stored = await System.Objects.OpenReadAsync(StorageKey.Parse(completed.StorageKey), range: null, ifETag: null, default);
        using var bytes = new MemoryStream();
        await stored!.CopyToAsync(bytes);
        Assert.Equal(_content.Bytes, bytes.ToArray());
    }
}
