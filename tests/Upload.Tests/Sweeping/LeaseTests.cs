using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using MoviesNow.Common.V1;
using MoviesNow.Testing.Hosting;
using MoviesNow.Upload.Sweeping;
using MoviesNow.Upload.V1;
using UploadTests.Support;

namespace UploadTests.Sweeping;

/// <summary>One replica sweeps at a time; one that was paused does nothing any more once another has taken over.</summary>
public sealed class LeaseTests(SweepSystem shared) : SweepTest(shared)
{
    private static readonly SweepOrder Real = new(IsDryRun: false, TimeSpan.FromMinutes(2));

    [Fact]
    public async Task Sweep_OnReplicasAtOnce_HasEachEffectOnce()
    {
        var uploads = await PastDeadlineAsync(12);

        var runs = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => SweeperAt(TimeSpan.Zero).RunAsync(Real, default)));

        Assert.Equal(uploads.Count, runs.Sum(run => run?.CountOf(SweepEffect.ExpiredUpload) ?? 0));
        Assert.Equal(0, runs.Sum(run => run?.Failures ?? 0));
        foreach (var upload in uploads)
            Assert.Equal(UploadState.Expired, await StateAsync(upload));
    }

    [Fact]
    public async Task RunSweep_WhileAnotherRuns_IsAborted()
    {
        var gate = new GateStep();
        var first = SweeperAt(TimeSpan.Zero, change: null, gate).RunAsync(Real, default);
        await gate.Reached.Task;

        await RpcAssert.FailsAsync(ErrorReason.ConflictRetry, async () => await Sweeps.RunSweepAsync(new RunSweepRequest()));
        gate.Open.SetResult();
        Assert.NotNull(await first);

        Assert.True((await Sweeps.RunSweepAsync(new RunSweepRequest())).Complete);
    }

    [Fact]
    public async Task Sweep_PausedUntilAnotherTookOver_ChangesNothingAfterwards()
    {
        var uploads = await PastDeadlineAsync(2);
        var gate = new GateStep();
        var paused = SweeperAt(TimeSpan.Zero, change: null, gate).RunAsync(Real, default);
        await gate.Reached.Task;
        await System.ExpireLeaseAsync();
        var leases = System.Service<SweepLeases>();
        var other = (await leases.TakeAsync(ifIdleFor: null, default))!;

        gate.Open.SetResult();
        var run = await paused.ContinueWith(task => task.IsCompletedSuccessfully ? task.Result : null, TaskScheduler.Default);

        Assert.Equal(0, run?.CountOf(SweepEffect.ExpiredUpload) ?? 0);
        foreach (var upload in uploads)
            Assert.Equal(UploadState.Pending, await StateAsync(upload));

        // The other one's lease is as it was, and it can work.
        Assert.True(await leases.RenewAsync(other, default));
        await leases.ReleaseAsync(other, isSweep: true, isSuccess: true, default);
        Assert.Equal(2, (await SweepAsync(TimeSpan.Zero)).CountOf(SweepEffect.ExpiredUpload));
    }

    [Fact]
    public async Task Close_PausedBetweenDecisionAndCleaning_IsLeftToTheOther()
    {
        var upload = Assert.Single(await PastDeadlineAsync(1));
        var leases = System.Service<SweepLeases>();
        var mine = (await leases.TakeAsync(ifIdleFor: null, default))!;
        var parts = SweepParts.Of(System.Service<IServiceProvider>(), mine, TimeProvider.System);
        var closing = await parts.Store.BeginClosingAsync(
            Guid.Parse(upload.Id), [MoviesNow.Upload.Uploads.SessionState.Pending], MoviesNow.Upload.Uploads.CloseOutcome.Expired, default);
        Assert.NotNull(closing);
        await System.ExpireLeaseAsync();

        await Assert.ThrowsAsync<SweepLostException>(() => parts.Closer.CloseAsync(closing, default));

        Assert.Equal(1, (await SweepAsync(Soon)).CountOf(SweepEffect.DeletedObject));
        Assert.Equal(UploadState.Expired, await StateAsync(upload));
    }

    [Fact]
    public async Task Take_FencedTransactionIsOpen_WaitsForItsEnd()
    {
        var leases = System.Service<SweepLeases>();
        var database = System.Service<Npgsql.NpgsqlDataSource>();
        var mine = (await leases.TakeAsync(ifIdleFor: null, default))!;
        Task<SweepFence?>? taking = null;
        await mine.RunAsync(
            database,
            async _ =>
            {
                Assert.True(await leases.RenewAsync(mine, default));
                await System.ExpireLeaseAsync();
                taking = leases.TakeAsync(ifIdleFor: null, default);
                await System.WaitForLockAsync();
                Assert.False(taking.IsCompleted);
            },
            default);

        var other = (await taking!)!;
        Assert.Equal(mine.Token + 1, other.Token);
        await Assert.ThrowsAsync<SweepLostException>(() => mine.RunAsync(database, _ => Task.CompletedTask, default));
        await leases.ReleaseAsync(other, isSweep: false, isSuccess: false, default);
    }

    [Fact]
    public async Task Sweep_OneStepFails_OthersGoOnAndItIsCounted()
    {
        var upload = Assert.Single(await PastDeadlineAsync(1));

        var run = await SweeperAt(TimeSpan.Zero, change: null, new FailingStep()).RunAsync(Real, default);

        Assert.Equal((2, 1), (run!.Failures, run.CountOf(SweepEffect.ExpiredUpload)));
        Assert.Equal(UploadState.Expired, await StateAsync(upload));
    }

    [Fact]
    public async Task Sweep_OutOfTime_GoesOnWhereItStopped()
    {
        var step = new StickyStep();
        var first = await OnlyStep(step).RunAsync(new SweepOrder(IsDryRun: false, TimeSpan.FromMilliseconds(500)), default);
        Assert.Equal((false, "1"), (first!.IsComplete, step.Done));

        step.IsStuck = false;
        var second = await OnlyStep(step).RunAsync(Real, default);
        Assert.Equal((true, "13"), (second!.IsComplete, step.Done));

        await OnlyStep(step).RunAsync(Real, default);
        Assert.Equal("13123", step.Done);
    }

    [Fact]
    public async Task Take_SweepEndedJustNow_IsNotRepeatedWithinTheInterval()
    {
        await SweepAsync(TimeSpan.Zero);

        Assert.Null(await SweeperAt(TimeSpan.Zero).RunAsync(Real with { IfIdleFor = TimeSpan.FromHours(1) }, default));
        Assert.NotNull(await SweeperAt(TimeSpan.Zero).RunAsync(Real with { IfIdleFor = TimeSpan.Zero }, default));
    }

    private Sweeper OnlyStep(ISweepStep step)
    {
        var services = System.Service<IServiceProvider>();
        return Microsoft.Extensions.DependencyInjection.ActivatorUtilities.CreateInstance<Sweeper>(
            services, new List<ISweepStep> { step }, Options.Create(new SweepOptions()));
    }

    private async Task<List<Upload>> PastDeadlineAsync(int count)
    {
        var uploads = new List<Upload>();
        var titleId = await System.MovieAsync();
        for (var i = 0; i < count; i++)
        {
            var content = Content.Random(64);
            var created = await System.Uploads().CreateUploadAsync(Requests.Artwork(titleId, content));
            await SendOkAsync(created.Put, content);
            await System.SetAsync(created.Upload.Id, "deadline = now() - interval '1 minute'");
            uploads.Add(created.Upload);
        }

        return uploads;
    }

    /// <summary>Stops the sweep until the test lets it go on.</summary>
    private sealed class GateStep : ISweepStep
    {
        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Open { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Name => "gate";

        public async IAsyncEnumerable<SweepItem> FindAsync(SweepRun run, string position, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            Reached.SetResult();
            await Open.Task;
            yield break;
        }
    }

    private sealed class FailingStep : ISweepStep
    {
        public string Name => "failing";

        public async IAsyncEnumerable<SweepItem> FindAsync(SweepRun run, string position, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return new SweepItem(SweepEffect.ClearedUpload, Position: null, _ => throw new InvalidOperationException("An item fails."));
            await Task.CompletedTask;
            throw new InvalidOperationException("The step fails.");
        }
    }

    /// <summary>Three items, of which the second may take for ever.</summary>
    private sealed class StickyStep : ISweepStep
    {
        public bool IsStuck { get; set; } = true;

        public string Done { get; private set; } = "";

        public string Name => "sticky";

        public async IAsyncEnumerable<SweepItem> FindAsync(SweepRun run, string position, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.CompletedTask;
            foreach (var item in new[] { "1", "2", "3" }.Where(item => string.CompareOrdinal(item, position) > 0))
                yield return new SweepItem(SweepEffect.ClearedUpload, item, token => DoAsync(item, token));
        }

        private async Task<long?> DoAsync(string item, CancellationToken cancellationToken)
        {
            if (IsStuck && item is "2")
                await Task.Delay(Timeout.Infinite, cancellationToken);
            Done += item;
            return 0;
        }
    }
}
