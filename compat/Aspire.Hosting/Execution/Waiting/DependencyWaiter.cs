using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Execution.Reporting;

namespace Aspire.Hosting.Execution.Waiting;

/// <summary>Holds a resource back until what it waits for is there, and says for what it waits.</summary>
internal sealed class DependencyWaiter(
    ResourceNotificationService notifications, ConsoleReporter reporter, ExecutionOptions options, TimeProvider time)
{
    /// <exception cref="DependencyFailedException">One of them will not be there.</exception>
    public async Task WaitAsync(IResource resource, CancellationToken cancellationToken)
    {
        WaitAnnotation[] waits = [.. resource.Annotations.OfType<WaitAnnotation>()];
        if (waits.Length == 0)
            return;

        await notifications.PublishUpdateAsync(resource, s => s with { State = KnownResourceStates.Waiting });
        var pending = waits.Where(w => Evaluate(w).Verdict == Verdict.Pending).Select(Describe).ToArray();
        if (pending.Length > 0)
            reporter.Line(resource.Name, "waiting", $"for {string.Join(", ", pending)}", Tone.Busy);

        using var first = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var all = waits.Select(w => WaitAsync(resource, w, first.Token)).ToList();
        try
        {
            while (all.Count > 0)
            {
                var done = await Task.WhenAny(all);
                all.Remove(done);
                await done;
            }
        }
        finally
        {
            await first.CancelAsync();
            await Task.WhenAll(all).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private async Task WaitAsync(IResource resource, WaitAnnotation wait, CancellationToken cancellationToken)
    {
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var changed = new ChangeSignal(notifications.WatchAsync(wait.Resource, watching.Token));
        try
        {
            await WaitAsync(resource, wait, changed, cancellationToken);
        }
        finally
        {
            await watching.CancelAsync();
            await changed.Ended;
        }
    }

    private async Task WaitAsync(IResource resource, WaitAnnotation wait, ChangeSignal changed, CancellationToken cancellationToken)
    {
        var interval = options.ReminderInterval < options.HealthTimeout ? options.ReminderInterval : options.HealthTimeout;
        var stuckSince = time.GetTimestamp();
        while (true)
        {
            try
            {
                await changed.WaitAsync(interval, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                var state = Evaluate(wait);
                reporter.Line(resource.Name, "waiting", $"still for {Describe(wait)}{(state.Detail is null ? "" : $" ({state.Detail})")}", Tone.Busy);
            }

            var (verdict, detail, isStuck) = Evaluate(wait);
            if (verdict == Verdict.Satisfied)
                return;
            if (verdict == Verdict.Failed)
                throw new DependencyFailedException($"{wait.Resource.Name} {detail}");
            if (!isStuck)
                stuckSince = time.GetTimestamp();
            else if (time.GetElapsedTime(stuckSince) > options.HealthTimeout)
                throw new WaitTimeoutException($"waited {options.HealthTimeout.TotalSeconds:0.#} s for {Describe(wait)}, in vain ({detail})");
        }
    }

    private WaitState Evaluate(WaitAnnotation wait) => WaitState.Of(wait, notifications.Current(wait.Resource), wait.Resource.GetReplicaCount());

    private static string Describe(WaitAnnotation wait) => wait.WaitType switch
    {
        WaitType.WaitForCompletion => $"{wait.Resource.Name} to complete",
        WaitType.WaitUntilStarted => $"{wait.Resource.Name} to start",
        _ => $"{wait.Resource.Name} to be healthy",
    };
}

/// <summary>What a resource waits for has failed; that has been reported as the failure of that other resource.</summary>
internal sealed class DependencyFailedException(string message) : DistributedApplicationException(message);

/// <summary>What a resource waits for does not come, and nothing else tells why.</summary>
internal sealed class WaitTimeoutException(string message) : DistributedApplicationException(message);
