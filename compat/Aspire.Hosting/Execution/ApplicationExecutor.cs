using System.Runtime.InteropServices;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Execution.Health;
using Aspire.Hosting.Execution.Networking;
using Aspire.Hosting.Execution.Processes;
using Aspire.Hosting.Execution.Reporting;
using Aspire.Hosting.Execution.Waiting;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Execution;

/// <summary>Starts everything in the order in which it waits for each other, and stops it in the reverse.</summary>
internal sealed class ApplicationExecutor(
    DistributedApplicationModel model, RunnerServices services, DistributedApplicationExecutionContext execution, HealthMonitor health, Guardian guardian,
    ResourceLoggerService loggers, ResourceNotificationService notifications, IDistributedApplicationEventing eventing, ConsoleReporter reporter,
    ResourceLogs logs, ApplicationIdentity application) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private List<IResourceRunner> _runners = [];
    private Task _background = Task.CompletedTask;
    private Task? _stopped;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await eventing.PublishAsync(new BeforeStartEvent(services.Services, model), cancellationToken);
        WaitCycles.Refuse(model.Resources);
        foreach (var resource in model.Resources)
            EndpointAllocator.Allocate(resource);

        _runners = [.. model.Resources.Select(Runner).OfType<IResourceRunner>()];
        foreach (var runner in _runners.OfType<ProcessRunner>())
            LifecycleCommands.Add(runner, _stopping.Token);
        reporter.Banner($"{application.Name} starts {_runners.OfType<ProcessRunner>().Count()} resources, Ctrl+C stops them; output in {logs.Directory ?? "memory"}");

        foreach (var resource in model.Resources)
        {
            await ResourceUrls.PublishAsync(resource, execution, notifications, cancellationToken);
            if (resource is IResourceWithEndpoints)
                await eventing.PublishAsync(new ResourceEndpointsAllocatedEvent(resource, services.Services), cancellationToken);
        }

        _background = Task.WhenAll(health.RunAsync(_stopping.Token), BringUpAsync());
    }

    /// <summary>Stops all resources. Called again, it waits for the same stop.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
            return _stopped ??= StopOnceAsync();
    }

    public void Dispose()
    {
        _stopping.Dispose();
        foreach (var runner in _runners)
            runner.Dispose();
    }

    private IResourceRunner? Runner(IResource resource) => resource switch
    {
        ExecutableResource or ProjectResource => new ProcessRunner(resource, services),
        ParameterResource or ConnectionStringResource => new ValueRunner(resource, services),
        _ => null,
    };

    private async Task BringUpAsync()
    {
        // A subscriber may run for as long as its resource lives.
        foreach (var resource in model.Resources)
            _ = Task.Run(() => InitializeAsync(resource));

        await Task.WhenAll(_runners.Select(r => Task.Run(() => BringUpAsync(r))));
        try
        {
            await eventing.PublishAsync(new AfterResourcesCreatedEvent(services.Services, model), _stopping.Token);
        }
        catch (OperationCanceledException)
        {
            // It stops already.
        }
        catch (Exception e)
        {
            services.Failure.Report($"A subscriber to {nameof(AfterResourcesCreatedEvent)} failed: {e.Message}");
        }
    }

    private async Task InitializeAsync(IResource resource)
    {
        try
        {
            await eventing.PublishAsync(
                new InitializeResourceEvent(resource, eventing, loggers, notifications, services.Services), _stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // It stops.
        }
        catch (Exception e)
        {
            await notifications.PublishUpdateAsync(resource, s => s with { State = KnownResourceStates.FailedToStart, Reason = e.Message });
            services.Failure.Report(resource, e.Message);
        }
    }

    private async Task BringUpAsync(IResourceRunner runner)
    {
        if (runner.Resource.HasAnnotationOfType<ExplicitStartupAnnotation>())
            await notifications.PublishUpdateAsync(runner.Resource, s => s with { State = KnownResourceStates.NotStarted });
        else
            await runner.StartAsync(automatic: true, _stopping.Token);
    }

    private async Task StopOnceAsync()
    {
        using var hurry = new CancellationTokenSource();
        // Whoever asks a second time does not want to wait.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            hurry.Cancel();
        });
        await _stopping.CancelAsync();

        var stops = new Dictionary<IResource, Lazy<Task>>();
        foreach (var runner in _runners)
            stops[runner.Resource] = new(() => StopAfterDependentsAsync(runner, stops, hurry.Token));
        await Task.WhenAll(stops.Values.Select(s => s.Value));
        await _background;
        await guardian.DisposeAsync();
    }

    private async Task StopAfterDependentsAsync(IResourceRunner runner, Dictionary<IResource, Lazy<Task>> stops, CancellationToken hurry)
    {
        var dependents = model.Resources
            .Where(r => r.Annotations.OfType<WaitAnnotation>().Any(w => ReferenceEquals(w.Resource, runner.Resource)))
            .Select(r => stops.TryGetValue(r, out var stop) ? stop.Value : Task.CompletedTask);
        await Task.WhenAll(dependents);
        await runner.StopAsync(hurry);
    }
}
