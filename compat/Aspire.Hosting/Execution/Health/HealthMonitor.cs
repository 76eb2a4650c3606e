using System.Collections.Concurrent;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Execution.Reporting;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting.Execution.Health;

/// <summary>Watches which resources run, probes those, and announces when one is ready.</summary>
internal sealed class HealthMonitor(
    ResourceNotificationService notifications, HealthCheckService checks, IOptions<HealthCheckServiceOptions> registered,
    IDistributedApplicationEventing eventing, IServiceProvider services, ExecutionOptions options, ApplicationFailure failure, ConsoleReporter reporter,
    TimeProvider time)
{
    private static readonly TimeSpan FastInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan SlowestWhileStarting = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan SteadyInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<IResource, Probe> _probes = new();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var change in notifications.WatchAsync(cancellationToken))
            {
                if (change.Snapshot.State?.Text == KnownResourceStates.Running)
                    Begin(change.Resource, change.Snapshot.Run, cancellationToken);
                else if (!notifications.IsAnyRunning(change.Resource))
                    End(change.Resource);
            }
        }
        catch (OperationCanceledException)
        {
            // The application stops.
        }
    }

    private void Begin(IResource resource, int run, CancellationToken cancellationToken)
    {
        if (_probes.TryGetValue(resource, out var current))
        {
            if (current.Run == run)
                return;
            // It was restarted before its end was seen here.
            End(resource);
        }

        var probe = new Probe(run, CancellationTokenSource.CreateLinkedTokenSource(cancellationToken));
        _probes[resource] = probe;
        _ = Task.Run(() => ProbeAsync(resource, probe.Cancellation.Token), CancellationToken.None);
    }

    private void End(IResource resource)
    {
        if (_probes.TryRemove(resource, out var probe))
        {
            probe.Cancellation.Cancel();
            probe.Cancellation.Dispose();
        }
    }

    private async Task ProbeAsync(IResource resource, CancellationToken cancellationToken)
    {
        try
        {
            string[] keys = [.. resource.Annotations.OfType<HealthCheckAnnotation>().Select(a => a.Key)];
            if (keys.Except(registered.Value.Registrations.Select(r => r.Name), StringComparer.Ordinal).FirstOrDefault() is { } unknown)
                failure.Report(resource, $"no health check is registered under the key '{unknown}'");
            else if (keys.Length == 0)
                await MarkReadyAsync(resource, cancellationToken);
            else
                await ProbeAsync(resource, keys, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // It stopped, or the application does.
        }
        catch (Exception e)
        {
            failure.Report(resource, $"a subscriber to its readiness failed: {e.Message}");
        }
    }

    private async Task ProbeAsync(IResource resource, string[] keys, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var interval = FastInterval;
        var wasReady = notifications.WasEverReady(resource);
        var ready = false;
        var last = HealthStatus.Healthy;
        while (true)
        {
            var reports = await CheckAsync(keys, cancellationToken);
            var worst = reports.Min(r => r.Status) ?? HealthStatus.Unhealthy;
            var problem = reports.FirstOrDefault(r => r.Status != HealthStatus.Healthy)?.Description;
            await notifications.PublishHealthAsync(resource, reports);
            cancellationToken.ThrowIfCancellationRequested();

            if (worst == HealthStatus.Healthy && !ready)
            {
                await MarkReadyAsync(resource, cancellationToken);
                ready = true;
            }
            else if (worst != last && ready)
            {
                reporter.Line(resource.Name, worst.ToString().ToLowerInvariant(), problem, worst == HealthStatus.Healthy ? Tone.Good : Tone.Bad);
            }

            if (!ready && !wasReady && time.GetElapsedTime(started) > options.HealthTimeout)
            {
                failure.Report(resource, $"it did not become healthy within {options.HealthTimeout.TotalSeconds:0.#} s: {problem}");
                wasReady = true;
            }

            last = worst;
            interval = worst == HealthStatus.Healthy ? SteadyInterval : Min(interval * 1.25, SlowestWhileStarting);
            await Task.Delay(interval, time, cancellationToken);
        }
    }

    private async Task<HealthReportSnapshot[]> CheckAsync(string[] keys, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        try
        {
            var report = await checks.CheckHealthAsync(r => keys.Contains(r.Name), cancellationToken).WaitAsync(CheckTimeout, time, cancellationToken);
            return [.. report.Entries.Select(e => new HealthReportSnapshot(
                e.Key, e.Value.Status, e.Value.Description ?? e.Value.Exception?.Message, e.Value.Exception?.ToString()) { LastRunAt = now })];
        }
        catch (TimeoutException)
        {
            return [.. keys.Select(k => new HealthReportSnapshot(
                k, HealthStatus.Unhealthy, $"the health check did not finish within {CheckTimeout.TotalSeconds:0} s", ExceptionText: null) { LastRunAt = now })];
        }
    }

    private async Task MarkReadyAsync(IResource resource, CancellationToken cancellationToken)
    {
        await eventing.PublishAsync(new ResourceReadyEvent(resource, services), cancellationToken);
        await notifications.MarkReadyAsync(resource);
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private sealed record Probe(int Run, CancellationTokenSource Cancellation);
}
