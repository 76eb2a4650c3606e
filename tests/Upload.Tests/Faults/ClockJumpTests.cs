using Grpc.Core;
using MoviesNow.Common.V1;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.Sweeping;
using MoviesNow.Upload.V1;
using UploadTests.Support;
using UploadTests.Sweeping;

namespace UploadTests.Faults;

/// <summary>The clock of a replica jumps by two days. A single PUT may take one day, a multipart upload seven.</summary>
[Collection(nameof(FaultSystem))]
public sealed class ClockJumpTests(FaultSystem faults) : SweepTest(faults)
{
    private static readonly TimeSpan Jump = TimeSpan.FromDays(2);
    private static readonly Dictionary<string, string?> AsTheOthers = new(StringComparer.Ordinal);

    private readonly Content _content = Content.Random(400);
    private readonly JumpingClock _clock = new();

    [Fact]
    public async Task Finalize_AfterAJumpAhead_KeepsToTheDeadlineAndLosesNothing()
    {
        var replica = System.AddReplica(AsTheOthers, _clock);
        var put = (await CreateAndSendAsync(replica)).Upload;
        var multipart = await PartsAsync(replica);
        _clock.Offset = Jump;

        await RpcAssert.FailsAsync(ErrorReason.UploadExpired, () => System.Uploads(replica).FinalizeUploadAsync(Requests.Finalize(put)).ResponseAsync);
        await RpcAssert.FailsAsync(
            ErrorReason.UploadExpired, () => System.Uploads(replica).ResumeUploadAsync(new ResumeUploadRequest { UploadId = put.Id }).ResponseAsync);
        var joined = await System.Multipart(replica).CompleteMultipartUploadAsync(Requests.Complete(multipart));
        Assert.Equal(UploadState.Completed, joined.Upload.State);

        // Refusing has removed nothing: once the clock is right again the upload can be finalized.
        _clock.Offset = TimeSpan.Zero;
        var finalized = await System.Uploads(replica).FinalizeUploadAsync(Requests.Finalize(put));
        Assert.Equal((put.Id, UploadState.Completed), (finalized.Upload.Id, finalized.Upload.State));
    }

    [Fact]
    public async Task Upload_CreatedBeforeAJumpBack_IsNotSweptAndIsFinished()
    {
        _clock.Offset = Jump;
        var replica = System.AddReplica(AsTheOthers, _clock);
        var created = await System.Uploads(replica).CreateUploadAsync(Requests.Artwork(await System.MovieAsync(), _content));
        var multipart = (await System.Uploads(replica).CreateUploadAsync(Requests.Original(await System.MovieAsync(), _content))).Upload;
        _clock.Offset = TimeSpan.Zero;
        await SweepAsync(Soon);

        // The URL is signed for a time that has not come; a fresh one works.
        using (var refused = await System.SendAsync(created.Put, _content.Bytes))
            Assert.False(refused.IsSuccessStatusCode);
        var resumed = await System.Uploads(replica).ResumeUploadAsync(new ResumeUploadRequest { UploadId = created.Upload.Id });
        await SendOkAsync(resumed.Put, _content);
        var finalized = await System.Uploads(replica).FinalizeUploadAsync(Requests.Finalize(created.Upload));
        Assert.Equal((created.Upload.Id, UploadState.Completed), (finalized.Upload.Id, finalized.Upload.State));
        var missing = (await System.Uploads(replica).ResumeUploadAsync(new ResumeUploadRequest { UploadId = multipart.Id })).MissingParts;
        await SendOkAsync(Assert.Single(missing).Request, _content);
        var joined = await System.Multipart(replica).CompleteMultipartUploadAsync(Requests.Complete(multipart));
        Assert.Equal(UploadState.Completed, joined.Upload.State);
    }

    [Fact]
    public async Task Sweep_OfAClockThatJumpedAhead_EndsOnlyWhatIsPastItsDeadline()
    {
        var completed = await CompletedAsync();
        var put = (await CreateAndSendAsync(replica: 0)).Upload;
        var multipart = await PartsAsync(replica: 0);
        await SweepAsync(Jump);

        Assert.Equal(UploadState.Completed, await StateAsync(completed));
        Assert.NotNull(await HeadAsync(completed.StorageKey));
        Assert.Equal(UploadState.Expired, await StateAsync(put));
        await RpcAssert.FailsAsync(ErrorReason.UploadExpired, () => System.Uploads().FinalizeUploadAsync(Requests.Finalize(put)).ResponseAsync);

        // Its parts are all there, and the expired one can be created anew.
        await System.Multipart().CompleteMultipartUploadAsync(Requests.Complete(multipart));
        var again = await System.Uploads().CreateUploadAsync(Requests.Artwork(put.Target.TitleId, _content));
        Assert.Equal(put.StorageKey, again.Upload.StorageKey);
        await SendOkAsync(again.Put, _content);
        await System.Uploads().FinalizeUploadAsync(Requests.Finalize(again.Upload));
    }

    [Fact]
    public async Task Sweep_OfAClockThatJumpedBack_EndsNothing()
    {
        var put = (await CreateAndSendAsync(replica: 0)).Upload;
        var multipart = await PartsAsync(replica: 0);
        var overdue = (await CreateAndSendAsync(replica: 0)).Upload;
        await System.SetAsync(overdue.Id, "deadline = now() - interval '1 minute'");

        await SweepAsync(-Jump);
        foreach (var upload in new[] { put, multipart, overdue })
            Assert.Equal(UploadState.Pending, await RowStateAsync(upload));
        Assert.NotNull(await HeadAsync(overdue.StorageKey));

        // What is overdue is ended once the clock is right again.
        await SweepAsync(TimeSpan.Zero);
        Assert.Equal(UploadState.Expired, await StateAsync(overdue));
        await System.Uploads().FinalizeUploadAsync(Requests.Finalize(put));
        await System.Multipart().CompleteMultipartUploadAsync(Requests.Complete(multipart));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-2)]
    public async Task Lease_WhileAClockIsWrong_IsHeldByOneReplica(int days)
    {
        var leases = System.Service<SweepLeases>();
        var held = await leases.TakeAsync(ifIdleFor: null, default);
        var run = await SweeperAt(TimeSpan.FromDays(days)).RunAsync(new SweepOrder(IsDryRun: false, TimeSpan.FromMinutes(1)), default);
        Assert.Null(run);
        Assert.True(await leases.RenewAsync(held!, default));
        await leases.ReleaseAsync(held!, isSweep: false, isSuccess: false, default);
        await SweepAsync(TimeSpan.FromDays(days));
    }

    /// <summary>By the sweeper's clock the lease of the creator is over long ago.</summary>
    [Fact]
    public async Task Sweep_OfAClockThatJumpedAheadDuringACreate_LeavesACallThatCanBeRepeated()
    {
        var titleId = await System.MovieAsync();
        var options = () => new Metadata { { "idempotency-key", titleId } };
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reached = System.Lossy.HoldAsync(LossyS3.IsCreateMultipart, release.Task);
        var create = System.Uploads().CreateUploadAsync(Requests.Original(titleId, _content), options()).ResponseAsync;
        await reached;
        await SweepAsync(Jump);
        release.SetResult();

        await RpcAssert.FailsAsync(ErrorReason.ConflictRetry, () => create);
        var created = await System.Uploads(1).CreateUploadAsync(Requests.Original(titleId, _content), options());
        Assert.Equal(UploadState.Pending, created.Upload.State);
        Assert.Equal(1, await new Invariants(System).CountAsync(titleId));
        Assert.Single(await System.Objects.ListMultipartUploadsAsync(created.Upload.StorageKey, default).ToListAsync());
    }

    private async Task<CreateUploadResponse> CreateAndSendAsync(int replica)
    {
        var created = await System.Uploads(replica).CreateUploadAsync(Requests.Artwork(await System.MovieAsync(), _content));
        await SendOkAsync(created.Put, _content);
        return created;
    }

    /// <summary>A multipart upload whose only part is sent.</summary>
    private async Task<Upload> PartsAsync(int replica)
    {
        var upload = (await System.Uploads(replica).CreateUploadAsync(Requests.Original(await System.MovieAsync(), _content))).Upload;
        var presigned = await System.Multipart(replica).PresignPartsAsync(new PresignPartsRequest { UploadId = upload.Id, PartNumbers = { 1 } });
        await SendOkAsync(presigned.Parts[0].Request, _content);
        return upload;
    }

    /// <summary>As the row has it: answers tell of a deadline that is past.</summary>
    private async Task<UploadState> RowStateAsync(Upload upload)
    {
        var store = System.Service<MoviesNow.Upload.Uploads.UploadStore>();
        return (await store.FindAsync(Guid.Parse(upload.Id), default))!.State is MoviesNow.Upload.Uploads.SessionState.Pending
            ? UploadState.Pending
            : UploadState.Unspecified;
    }

    /// <summary>The machine's clock, set wrong.</summary>
    private sealed class JumpingClock : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override DateTimeOffset GetUtcNow() => global::System.TimeProvider.System.GetUtcNow() + Offset;
    }
}
