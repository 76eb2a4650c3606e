using System.Diagnostics;
using Microsoft.Extensions.Options;
using MoviesNow.ServiceDefaults.Observability;

namespace MoviesNow.Upload.Sweeping;

/// <summary>A sweep that is asked for.</summary>
/// <param name="IsDryRun">Whether to look only.</param>
/// <param name="Limit">How long it may take.</param>
/// <param name="IfIdleFor">Only when no sweep ended within this time; null for in any case.</param>
internal sealed record SweepOrder(bool IsDryRun, TimeSpan Limit, TimeSpan? IfIdleFor = null);

/// <summary>
/// Runs the steps of a sweep one after the other under a lease that only one replica has. Whatever fails is counted and left to the next
/// sweep; whatever is not done in time is done by it.
/// </summary>
internal sealed class Sweeper(
    IEnumerable<ISweepStep> steps,
    SweepLeases leases,
    SweepPositions positions,
    SweepTelemetry telemetry,
    IServiceProvider services,
    IOptions<SweepOptions> options,
    TimeProvider time,
    ILogger<Sweeper> logger)
{
    private static readonly TimeSpan ReleaseLimit = TimeSpan.FromSeconds(5);

    private readonly IReadOnlyList<ISweepStep> _steps = [.. steps];

    /// <summary>Sweeps.</summary>
    /// <returns>What was done; null when another sweep is running, or ended just now.</returns>
    /// <exception cref="SweepLostException">Another replica took over.</exception>
    public async Task<SweepRun?> RunAsync(SweepOrder order, CancellationToken cancellationToken)
    {
        if (await leases.TakeAsync(order.IfIdleFor, cancellationToken) is not { } fence)
        {
            return null;
        }

        using var span = BackgroundWork.Start("sweep");
        var started = Stopwatch.GetTimestamp();
        var run = new SweepRun(fence, SweepParts.Of(services, order.IsDryRun ? SweepFence.Never : fence, time), order.IsDryRun, time.GetUtcNow());
        var outcome = "failed";
        try
        {
            await RunUnderLeaseAsync(run, order.Limit, cancellationToken);
            outcome = run.Failures > 0 ? "failed" : run.IsComplete ? "ok" : "partial";
            run.IsSuccess = run.Failures == 0;
            return run;
        }
        catch (SweepLostException e)
        {
            span.Fail(e);
            outcome = "lost";
            logger.LogWarning("A sweep stopped: another replica has taken its lease over");
            throw;
        }
        finally
        {
            telemetry.Finished(outcome, Stopwatch.GetElapsedTime(started));
            await ReleaseAsync(run);
        }
    }

    private async Task RunUnderLeaseAsync(SweepRun run, TimeSpan limit, CancellationToken cancellationToken)
    {
        // Ends with the caller, with the time, or with the lease.
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var deadline = new Deadline(time, limit);
        ended.CancelAfter(limit);
        using var renewal = CancellationTokenSource.CreateLinkedTokenSource(ended.Token);
        var renewing = RenewAsync(run.Fence, ended, renewal.Token);
        try
        {
            for (var i = 0; i < _steps.Count && !deadline.IsOver; i++)
            {
                await RunStepAsync(_steps[i], run, deadline.Share(_steps.Count - i), ended.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            run.IsComplete = false;
        }

        await renewal.CancelAsync();
        if (!await renewing || !await TryRenewAsync(run.Fence, cancellationToken))
        {
            throw new SweepLostException();
        }

        run.IsComplete &= !deadline.IsOver;
    }

    private async Task RunStepAsync(ISweepStep step, SweepRun run, Deadline share, CancellationToken cancellationToken)
    {
        var book = run.IsDryRun ? $"{step.Name} (dry run)" : step.Name;
        var position = "";
        try
        {
            position = await positions.ReadAsync(book, cancellationToken);
            await foreach (var item in step.FindAsync(run, position, cancellationToken))
            {
                // What fails or takes too long is passed over, so that it does not keep the rest from being done.
                position = item.Position ?? "";
                await DoAsync(step, item, run, cancellationToken);
                if (share.IsOver)
                {
                    run.IsComplete = false;
                    await positions.WriteAsync(run.Fence, book, position, cancellationToken);
                    return;
                }
            }

            await positions.WriteAsync(run.Fence, book, "", cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            using var limit = new CancellationTokenSource(ReleaseLimit);
            await positions.WriteAsync(run.Fence, book, position, limit.Token);
            throw;
        }
        catch (Exception e) when (IsPassedOver(e, cancellationToken))
        {
            Failed(step, run, e);
        }
    }

    private async Task DoAsync(ISweepStep step, SweepItem item, SweepRun run, CancellationToken cancellationToken)
    {
        try
        {
            if (await item.DoAsync(cancellationToken) is not { } bytes)
            {
                return;
            }

            run.Count(item.Effect, 1, bytes);
            if (!run.IsDryRun)
            {
                telemetry.Done(item.Effect, bytes);
            }
        }
        catch (Exception e) when (IsPassedOver(e, cancellationToken))
        {
            Failed(step, run, e);
        }
    }

    private static bool IsPassedOver(Exception exception, CancellationToken cancellationToken) =>
        exception is not SweepLostException && !cancellationToken.IsCancellationRequested;

    private void Failed(ISweepStep step, SweepRun run, Exception exception)
    {
        run.CountFailure();
        telemetry.Failed(step.Name);
        logger.LogWarning("The sweep of {Step} left something for the next one: {Failure}", step.Name, exception.GetType().Name);
    }

    /// <returns>False when the lease was lost.</returns>
    private async Task<bool> RenewAsync(SweepFence fence, CancellationTokenSource sweep, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.Value.LeaseDuration / 3);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                if (!await TryRenewAsync(fence, cancellationToken))
                {
                    await sweep.CancelAsync();
                    return false;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The sweep is over.
        }

        return true;
    }

    private async Task<bool> TryRenewAsync(SweepFence fence, CancellationToken cancellationToken)
    {
        try
        {
            return await leases.RenewAsync(fence, cancellationToken);
        }
        catch (Exception e) when (e is Npgsql.NpgsqlException or TimeoutException)
        {
            // Until the lease is over every change fails by itself, and then too.
            logger.LogWarning("The lease of the sweep could not be renewed yet: {Failure}", e.GetType().Name);
            return true;
        }
    }

    private async Task ReleaseAsync(SweepRun run)
    {
        using var limit = new CancellationTokenSource(ReleaseLimit);
        try
        {
            var isSuccess = run is { IsSuccess: true, IsDryRun: false };
            await leases.ReleaseAsync(run.Fence, !run.IsDryRun, isSuccess, limit.Token);
            if (isSuccess)
            {
                telemetry.LastSuccess(TimeSpan.Zero);
            }
        }
        catch (Exception e) when (e is Npgsql.NpgsqlException or TimeoutException or OperationCanceledException)
        {
            logger.LogWarning("The lease of the sweep is left to expire: {Failure}", e.GetType().Name);
        }
    }

    /// <summary>A point in time that clock changes do not move.</summary>
    private sealed class Deadline(TimeProvider time, TimeSpan limit)
    {
        private readonly long _started = time.GetTimestamp();

        public bool IsOver => Left <= TimeSpan.Zero;

        /// <summary>An equal part of what is left.</summary>
        public Deadline Share(int parts) => new(time, Left / parts);

        private TimeSpan Left => limit - time.GetElapsedTime(_started);
    }
}
