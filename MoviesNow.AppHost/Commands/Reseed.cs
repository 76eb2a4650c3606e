using MoviesNow.AppHost.Startup;

namespace MoviesNow.AppHost.Commands;

/// <summary>Empties the system while it runs: services end, servers are emptied, migrations and services start, the demo runs.</summary>
internal sealed class Reseed(DistributedApplicationModel model, ResourceCommandService commands, ResourceNotificationService notifications)
{
    private const string Demo = "demo";
    private const int MaxDemoStarts = 3;

    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);

    public async Task RunAsync(Func<ResourceCommandService, ResourceNotificationService, CancellationToken, Task> wipe, CancellationToken cancellationToken)
    {
        var services = model.Resources.OfType<ProjectResource>().Where(resource => resource.Name is not Demo).ToList();
        var migrations = model.Resources.OfType<ExecutableResource>().Where(resource => resource.Name.EndsWith("-migration", StringComparison.Ordinal)).ToList();
        await Task.WhenAll(services.Select(service => commands.StopAndWaitAsync(notifications, service, cancellationToken)));
        await wipe(commands, notifications, cancellationToken);
        foreach (var migration in migrations)
        {
            await StartAsync(migration, cancellationToken);
            await notifications.WaitForResourceAsync(migration.Name, change => change.Snapshot.ExitCode is 0, cancellationToken);
        }

        await Task.WhenAll(services.Select(service => StartAsync(service, cancellationToken)));
        await StartDemoAsync(services, cancellationToken);
    }

    /// <summary>
    /// On a busy machine the word that a service has ended may come after that of its new start. A demo that is started just then takes the service for a
    /// failed one, and is started again.
    /// </summary>
    private async Task StartDemoAsync(List<ProjectResource> services, CancellationToken cancellationToken)
    {
        var demo = model.Resources.Single(resource => resource.Name is Demo);
        for (var left = MaxDemoStarts - 1; ; left--)
        {
            await Task.WhenAll(services.Select(service => WaitUntilHealthyAsync(service, cancellationToken)));
            try
            {
                await StartAsync(demo, cancellationToken);
                return;
            }
            catch (DistributedApplicationException) when (left > 0)
            {
                // The services are waited for again.
            }
        }
    }

    /// <summary>What was last heard of a service may still be that it has ended: that is no failure, as it would be on a first start.</summary>
    private async Task WaitUntilHealthyAsync(ProjectResource service, CancellationToken cancellationToken)
    {
        try
        {
            await notifications.WaitForResourceHealthyAsync(service.Name, WaitBehavior.WaitOnResourceUnavailable, cancellationToken).WaitAsync(StartLimit, cancellationToken);
        }
        catch (TimeoutException exception)
        {
            throw new DistributedApplicationException($"{service.Name} did not become healthy within {StartLimit.TotalSeconds} s: see its log.", exception);
        }
    }

    private async Task StartAsync(IResource resource, CancellationToken cancellationToken)
    {
        var result = await commands.ExecuteCommandAsync(resource, KnownResourceCommands.StartCommand, cancellationToken);
        if (!result.Success)
        {
            throw new DistributedApplicationException($"{resource.Name} could not be started: {result.Message}");
        }
    }
}
