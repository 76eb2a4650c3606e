using System.Collections.Concurrent;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using MoviesNow.AppHost.Local;

namespace MoviesNow.AppHost.Startup;

/// <summary>Follows the states of all resources, tells their changes, and ends a start that cannot succeed.</summary>
internal sealed class StartupWatch(
    ResourceNotificationService notifications, ResourceLoggerService logs, IHostApplicationLifetime lifetime, LocalHome home, TimeSpan timeout)
{
    private const int TailLines = 20;
    private static readonly TimeSpan TailLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ReminderInterval = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, string> _told = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private IReadOnlyList<IResource> _resources = [];
    private int _isEnded;

    /// <summary>Starts to follow the resources.</summary>
    public void Begin(IEnumerable<IResource> resources)
    {
        // Parameters and connection strings only pass on values; the dashboard is Aspire's own business.
        _resources = [.. resources.Where(resource => resource is IResourceWithEnvironment and not ParameterResource && !IsDashboard(resource.Name))];
        _ = FollowAsync(lifetime.ApplicationStopping);
        _ = RemindAsync(lifetime.ApplicationStopping);
    }

    /// <summary>The application is ready: what fails from now on is told and does not stop it.</summary>
    public void End() => Interlocked.Exchange(ref _isEnded, 1);

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var change in notifications.WatchAsync(cancellationToken))
            {
                if (_resources.Contains(change.Resource) && Describe(change) is { } state && IsNews(change.ResourceId, state))
                {
                    StartupConsole.Say(change.Resource.Name, state);
                    if (IsFailure(change.Snapshot))
                    {
                        await ReportAsync(change, state);
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The application stops.
        }
    }

    /// <summary>While the start takes long, tells what is still missing; past the limit, ends it.</summary>
    private async Task RemindAsync(CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(ReminderInterval, TimeProvider.System);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken) && Volatile.Read(ref _isEnded) == 0)
            {
                var missing = _resources.Where(resource => !resource.IsOptional && !IsDone(resource)).ToList();
                if (missing.Count == 0)
                {
                    continue;
                }

                Console.WriteLine($"  … {TimeProvider.System.GetElapsedTime(started).TotalSeconds:0} s, waiting for {string.Join(", ", missing.Select(resource => resource.Name))}");
                if (TimeProvider.System.GetElapsedTime(started) > timeout)
                {
                    await FailAsync(missing[0], $"was not ready within {timeout.TotalSeconds:0} s");
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The application stops.
        }
    }

    private async Task ReportAsync(ResourceEvent change, string state)
    {
        if (Volatile.Read(ref _isEnded) == 0 && !change.Resource.IsOptional)
        {
            await FailAsync(change.Resource, state);
        }
        else
        {
            await TellTailAsync(change.Resource);
        }
    }

    private async Task FailAsync(IResource resource, string what)
    {
        if (Interlocked.Exchange(ref _isEnded, 1) != 0)
        {
            return;
        }

        await Console.Error.WriteLineAsync($"MoviesNow did not start: {resource.Name} {what}.");
        await TellTailAsync(resource);
        await Console.Error.WriteLineAsync(
            $"  Mend what the lines above say and start again. Data and settings are in {home.Path}; `-- --fresh` starts without them.");
        Environment.ExitCode = 1;
        lifetime.StopApplication();
    }

    private async Task TellTailAsync(IResource resource)
    {
        var tail = new ConcurrentQueue<string>();
        try
        {
            // The log of a resource that has not begun ends at no token: a start that is given up must not wait for it.
            await ReadTailAsync(resource, tail).WaitAsync(TailLimit, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            // What was read by then is told.
        }

        foreach (var line in tail)
        {
            await Console.Error.WriteLineAsync($"    {line}");
        }
    }

    private async Task ReadTailAsync(IResource resource, ConcurrentQueue<string> tail)
    {
        await foreach (var lines in logs.GetAllAsync(resource))
        {
            foreach (var line in lines)
            {
                tail.Enqueue(line.Content);
                if (tail.Count > TailLines)
                {
                    tail.TryDequeue(out _);
                }
            }
        }
    }

    private bool IsNews(string id, string state)
    {
        lock (_gate)
        {
            var isNews = !string.Equals(_told.GetValueOrDefault(id), state, StringComparison.Ordinal);
            _told[id] = state;
            return isNews;
        }
    }

    private string? Describe(ResourceEvent change) => change.Snapshot switch
    {
        { State.Text: var state } when state == KnownResourceStates.Waiting || state == KnownResourceStates.Starting => MissingFor(change.Resource) switch
        {
            [] => state == KnownResourceStates.Starting ? "starting" : null,
            var missing => $"waits for {string.Join(", ", missing)}",
        },
        { State.Text: var state, HealthReports.Length: > 0, HealthStatus: HealthStatus.Healthy } when state == KnownResourceStates.Running => "ready",
        { State.Text: var state, HealthReports.Length: > 0 } when state == KnownResourceStates.Running => "started, not ready yet",
        { State.Text: var state } when state == KnownResourceStates.Running => "running",
        { State.Text: var state } when state == KnownResourceStates.FailedToStart => "could not be started",
        { ExitCode: 0 } => "done",
        { ExitCode: { } code } => $"ended with exit code {code}",
        _ => null,
    };

    // A connection string is there when its server is, which waits in its stead.
    private List<string> MissingFor(IResource resource) =>
    [
        .. WaitsOf(resource)
            .SelectMany(other => _resources.Contains(other) ? [other] : WaitsOf(other))
            .Where(other => _resources.Contains(other) && !IsDone(other))
            .Select(other => other.Name)
            .Distinct(StringComparer.Ordinal),
    ];

    private static IEnumerable<IResource> WaitsOf(IResource resource) => resource.Annotations.OfType<WaitAnnotation>().Select(wait => wait.Resource);

    // A server or service that ends by itself while the application starts has failed, whatever its exit code.
    private static bool IsFailure(CustomResourceSnapshot snapshot) =>
        snapshot.State?.Text == KnownResourceStates.FailedToStart || snapshot.ExitCode is not (null or 0)
        || (snapshot.ExitCode is 0 && snapshot.HealthReports.Length > 0);

    private bool IsDone(IResource resource) => notifications.TryGetCurrentState(resource.Name, out var current) && current.Snapshot switch
    {
        { ExitCode: 0, HealthReports.Length: 0 } => true,
        { State.Text: var state } when state == KnownResourceStates.NotStarted => true,
        { State.Text: var state, HealthStatus: HealthStatus.Healthy, HealthReports.Length: > 0 } => state == KnownResourceStates.Running,
        _ => false,
    };

    private static bool IsDashboard(string name) => name.StartsWith("aspire-dashboard", StringComparison.Ordinal);
}
