using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Execution.Networking;
using Aspire.Hosting.Execution.Processes;
using Aspire.Hosting.Execution.Waiting;

namespace Aspire.Hosting.Execution;

/// <summary>Runs a resource as one or more processes.</summary>
internal sealed class ProcessRunner(IResource resource, RunnerServices services) : IResourceRunner
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly ResourceProxies _proxies = new(resource);
    private CancellationTokenSource? _attempt;
    private List<Replica> _replicas = [];
    private bool _automatic;
    private int _run;

    public IResource Resource => resource;

    public async Task StartAsync(bool automatic, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _attempt = attempt;
        try
        {
            if (_replicas.Exists(r => !r.Watch.IsCompleted))
                return;
            _automatic = automatic;
            await LaunchAsync(attempt.Token);
        }
        catch (OperationCanceledException) when (attempt.IsCancellationRequested)
        {
            // Whoever waits for this resource learns what went wrong, also when the failure is quicker than its own wait.
            var (state, reason) = services.Failure.Summary is { } failure
                ? (KnownResourceStates.FailedToStart, $"the application stops: {failure}")
                : (KnownResourceStates.NotStarted, "the application stops");
            await PublishAsync(s => s with { State = state, Reason = reason });
        }
        catch (Exception e)
        {
            await FailAsync(e);
        }
        finally
        {
            _attempt = null;
            _gate.Release();
        }
    }

    public async Task StopAsync(CancellationToken hurry)
    {
        if (_attempt is { } attempt)
        {
            try
            {
                await attempt.CancelAsync();
            }
            catch (ObjectDisposedException)
            {
                // It has just come to its end.
            }
        }

        await _gate.WaitAsync(CancellationToken.None);
        try
        {
            await Task.WhenAll(_replicas.Select(r => StopAsync(r, hurry)));
            _replicas = [];
            await _proxies.StopAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private async Task LaunchAsync(CancellationToken cancellationToken)
    {
        await services.Waiter.WaitAsync(resource, cancellationToken);
        await services.Eventing.PublishAsync(new BeforeResourceStartedEvent(resource, services.Services), cancellationToken);
        var run = ++_run;
        await PublishAsync(s => s with
        {
            State = KnownResourceStates.Starting,
            Run = run,
            Reason = null,
            ExitCode = null,
            StopTimeStamp = null,
            IsReady = false,
            HealthReports = [.. resource.Annotations.OfType<HealthCheckAnnotation>().Select(a => new HealthReportSnapshot(a.Key, null, null, null))],
        });

        var specs = new List<LaunchSpec>();
        for (var i = 0; i < resource.GetReplicaCount(); i++)
        {
            if (Replica.TakenPort(resource, i) is { } taken)
                throw new DistributedApplicationException(ResourceProxies.Taken(taken.Endpoint, taken.Port));
            specs.Add(await services.Planner.PlanAsync(resource, i, cancellationToken));
        }

        _proxies.Start();
        cancellationToken.ThrowIfCancellationRequested();
        _replicas = [.. specs.Select(Launch)];
    }

    private Replica Launch(LaunchSpec spec, int index)
    {
        var log = services.Logs.For(resource.Name);
        var id = ReplicaIds.Of(resource)[index];
        var process = ChildProcess.Start(spec, services.Guardian, log.Append);
        var replica = new Replica(resource, id, index, process);
        replica.SetAlive(true);
        var now = services.Time.GetUtcNow().UtcDateTime;
        _ = services.Notifications.PublishUpdateAsync(resource, id, s => s with
        {
            State = KnownResourceStates.Running,
            Reason = $"pid {process.Id}",
            StartTimeStamp = now,
            Properties = [new("executable.pid", process.Id), new("executable.path", spec.Command), new("executable.workDir", spec.WorkingDirectory)],
            EnvironmentVariables = [.. spec.Environment.Select(e => new EnvironmentVariableSnapshot(e.Key, e.Value, IsFromSpec: true))],
        });
        replica.Watch = WatchAsync(replica);
        return replica;
    }

    private async Task WatchAsync(Replica replica)
    {
        var code = await replica.Process.Exited;
        replica.SetAlive(false);
        var wasReady = services.Notifications.WasEverReady(resource);
        var stopping = replica.IsStopping;
        var now = services.Time.GetUtcNow().UtcDateTime;
        await services.Notifications.PublishUpdateAsync(resource, replica.Id, s => s with
        {
            State = !stopping && code == 0 ? KnownResourceStates.Finished : KnownResourceStates.Exited,
            Reason = stopping ? "stopped" : null,
            ExitCode = code,
            StopTimeStamp = now,
        });
        if (!stopping)
        {
            // What it started and left behind would hold its ports.
            await replica.Process.StopAsync(services.Options.StopTimeout, CancellationToken.None);
            UnexpectedExit.Judge(resource, code, wasReady, _automatic, services);
        }

        if (services.Notifications.TryGetCurrentState(replica.Id, out var last))
            await services.Eventing.PublishAsync(new ResourceStoppedEvent(resource, services.Services, last!), CancellationToken.None);
    }

    private async Task StopAsync(Replica replica, CancellationToken hurry)
    {
        if (!replica.Process.Exited.IsCompleted)
        {
            replica.IsStopping = true;
            await services.Notifications.PublishUpdateAsync(
                resource, replica.Id, s => s with { State = KnownResourceStates.Stopping, Reason = null });
        }

        await replica.Process.StopAsync(services.Options.StopTimeout, hurry);
        await replica.Watch;
    }

    private async Task FailAsync(Exception exception)
    {
        await PublishAsync(s => s with { State = KnownResourceStates.FailedToStart, Reason = exception.Message });
        if (exception is DependencyFailedException || !_automatic)
            return;
        services.Failure.Report(resource, exception is DistributedApplicationException ? exception.Message : $"it could not be started: {exception.Message}");
    }

    private Task PublishAsync(Func<CustomResourceSnapshot, CustomResourceSnapshot> change) =>
        services.Notifications.PublishUpdateAsync(resource, change);
}
