using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Aspire.Hosting.Execution;
using Aspire.Hosting.Execution.Reporting;
using Aspire.Hosting.Execution.Waiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The states of all resources: published by whoever runs them, watched by whoever waits.</summary>
public class ResourceNotificationService : IDisposable
{
    private readonly IHostApplicationLifetime _lifetime;
    private readonly IServiceProvider? _services;
    private readonly ResourceStates _states;
    private readonly ConcurrentDictionary<IResource, bool> _everReady = new();

    public ResourceNotificationService(ILogger<ResourceNotificationService> logger, IHostApplicationLifetime hostApplicationLifetime)
    {
        ArgumentNullException.ThrowIfNull(logger);
        _lifetime = hostApplicationLifetime;
        _states = new(reporter: null);
    }

    public ResourceNotificationService(
        ILogger<ResourceNotificationService> logger, IHostApplicationLifetime hostApplicationLifetime, IServiceProvider serviceProvider,
        ResourceLoggerService resourceLoggerService)
    {
        ArgumentNullException.ThrowIfNull(logger);
        ArgumentNullException.ThrowIfNull(resourceLoggerService);
        _lifetime = hostApplicationLifetime;
        _services = serviceProvider;
        _states = new(serviceProvider.GetService<ConsoleReporter>());
    }

    private string? Failure => _services?.GetService<ApplicationFailure>()?.Message;

    public IAsyncEnumerable<ResourceEvent> WatchAsync(CancellationToken cancellationToken = default) => _states.WatchAsync(cancellationToken);

    public bool TryGetCurrentState(string resourceId, out ResourceEvent? resourceEvent)
    {
        resourceEvent = _states.Find(resourceId);
        return resourceEvent is not null;
    }

    public Task PublishUpdateAsync(IResource resource, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        foreach (var id in ReplicaIds.Of(resource))
            _states.Publish(resource, id, stateFactory);
        return Task.CompletedTask;
    }

    public Task PublishUpdateAsync(IResource resource, string resourceId, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        _states.Publish(resource, resourceId, stateFactory);
        return Task.CompletedTask;
    }

    public Task WaitForDependenciesAsync(IResource resource, CancellationToken cancellationToken) =>
        (_services ?? throw new InvalidOperationException("The service was made without a service provider."))
            .GetRequiredService<DependencyWaiter>().WaitAsync(resource, cancellationToken);

    public Task WaitForResourceAsync(string resourceName, string? targetState = null, CancellationToken cancellationToken = default) =>
        WaitForResourceAsync(resourceName, [targetState ?? KnownResourceStates.Running], cancellationToken);

    public async Task<string> WaitForResourceAsync(
        string resourceName, IEnumerable<string> targetStates, CancellationToken cancellationToken = default)
    {
        string[] states = [.. targetStates];
        var found = await WaitForResourceAsync(
            resourceName, e => e.Snapshot.State is { Text: var text } && states.Contains(text, StringComparer.Ordinal), cancellationToken);
        return found.Snapshot.State!.Text;
    }

    /// <exception cref="DistributedApplicationException">The application has failed, and stops.</exception>
    public async Task<ResourceEvent> WaitForResourceAsync(
        string resourceName, Func<ResourceEvent, bool> predicate, CancellationToken cancellationToken = default)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _lifetime.ApplicationStopped);
        using var failed = _lifetime.ApplicationStopping.Register(() => { if (Failure is not null) end.Cancel(); });
        try
        {
            await foreach (var change in WatchAsync(end.Token))
            {
                if (IsNamed(change, resourceName) && predicate(change))
                    return change;
            }
        }
        catch (OperationCanceledException e) when (Failure is { } failure && !cancellationToken.IsCancellationRequested)
        {
            if (_states.All().FirstOrDefault(s => IsNamed(s, resourceName) && predicate(s)) is { } last)
                return last;
            throw new DistributedApplicationException(failure, e);
        }

        throw new OperationCanceledException($"The operation was cancelled before the resource '{resourceName}' met the predicate condition.");
    }

    public Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default) =>
        WaitForResourceHealthyAsync(resourceName, WaitBehavior.StopOnResourceUnavailable, cancellationToken);

    public async Task<ResourceEvent> WaitForResourceHealthyAsync(
        string resourceName, WaitBehavior waitBehavior, CancellationToken cancellationToken = default)
    {
        var found = await WaitForResourceAsync(
            resourceName,
            e => IsHealthy(e) || (waitBehavior == WaitBehavior.StopOnResourceUnavailable && IsTerminal(e.Snapshot)),
            cancellationToken);
        return IsTerminal(found.Snapshot)
            ? throw new DistributedApplicationException(
                $"Stopped waiting for resource '{resourceName}' to become healthy because it is in the state '{found.Snapshot.State!.Text}'"
                + $"{(found.Snapshot.Reason is { } reason ? $": {reason}" : "")}.")
            : found;
    }

    public void Dispose()
    {
        _states.Complete();
        GC.SuppressFinalize(this);
    }

    internal IReadOnlyList<CustomResourceSnapshot> Current(IResource resource) =>
        [.. _states.All().Where(e => ReferenceEquals(e.Resource, resource)).Select(e => e.Snapshot)];

    internal bool IsAnyRunning(IResource resource) => Current(resource).Any(s => s.State?.Text == KnownResourceStates.Running);

    internal bool WasEverReady(IResource resource) => _everReady.ContainsKey(resource);

    internal async IAsyncEnumerable<ResourceEvent> WatchAsync(
        IResource resource, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var change in WatchAsync(cancellationToken))
        {
            if (ReferenceEquals(change.Resource, resource))
                yield return change;
        }
    }

    internal Task PublishHealthAsync(IResource resource, IReadOnlyList<HealthReportSnapshot> reports) =>
        PublishUpdateAsync(resource, s => s.State?.Text == KnownResourceStates.Running ? s with { HealthReports = [.. reports] } : s);

    internal Task MarkReadyAsync(IResource resource)
    {
        _everReady[resource] = true;
        return PublishUpdateAsync(resource, s => s.State?.Text == KnownResourceStates.Running ? s with { IsReady = true } : s);
    }

    // All replicas count: one healthy replica does not make the resource healthy.
    private bool IsHealthy(ResourceEvent change) =>
        Current(change.Resource).All(s => s is { IsReady: true, HealthStatus: HealthStatus.Healthy });

    private static bool IsTerminal(CustomResourceSnapshot snapshot) =>
        snapshot.State is { Text: var text } && KnownResourceStates.TerminalStates.Contains(text, StringComparer.Ordinal);

    private static bool IsNamed(ResourceEvent change, string name) =>
        string.Equals(change.Resource.Name, name, StringComparison.OrdinalIgnoreCase)
        || string.Equals(change.ResourceId, name, StringComparison.OrdinalIgnoreCase);
}
