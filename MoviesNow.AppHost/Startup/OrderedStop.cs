using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MoviesNow.AppHost.Backing;

namespace MoviesNow.AppHost.Startup;

/// <summary>Stops services before what they stand on, so that calls are drained and nothing is lost or complained about. Aspire stops all at once.</summary>
internal static class OrderedStop
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    /// <summary>Has the application stop in order: services, then servers, then the orchestrator with what is left.</summary>
    public static void StopInOrder(this IDistributedApplicationBuilder builder, BackingServers backing)
    {
        if (builder.ExecutionContext.IsRunMode)
        {
            builder.Services.AddHostedService(provider => ActivatorUtilities.CreateInstance<Stopper>(provider, backing));
        }
    }

    /// <summary>Stops a resource and returns when its process has ended.</summary>
    public static async Task StopAndWaitAsync(
        this ResourceCommandService commands, ResourceNotificationService notifications, IResource resource, CancellationToken cancellationToken)
    {
        await commands.ExecuteCommandAsync(resource, KnownResourceCommands.StopCommand, cancellationToken);
        // While the application stops, notifications can be looked at and no longer awaited.
        while (IsRunning(notifications, resource))
        {
            await Task.Delay(Pause, cancellationToken);
        }
    }

    private static bool IsRunning(ResourceNotificationService notifications, IResource resource) =>
        notifications.TryGetCurrentState(resource.Name, out var current)
        && (current.Snapshot.State?.Text == KnownResourceStates.Running || current.Snapshot.State?.Text == KnownResourceStates.Stopping);

    private sealed class Stopper(
        ResourceCommandService commands, ResourceNotificationService notifications, DistributedApplicationModel model, BackingServers backing) : IHostedLifecycleService
    {
        public async Task StoppingAsync(CancellationToken cancellationToken)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Limit);
            try
            {
                await Task.WhenAll(model.Resources.OfType<ProjectResource>().Select(service => StopAsync(service, limit.Token)));
                await Task.WhenAll(backing.Servers.Select(server => StopAsync(server, limit.Token)));
            }
            catch (OperationCanceledException)
            {
                // The orchestrator ends what is left.
            }
        }

        public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        private async Task StopAsync(IResource resource, CancellationToken cancellationToken)
        {
            if (IsRunning(notifications, resource))
            {
                StartupConsole.Say(resource.Name, "stopping");
                await commands.StopAndWaitAsync(notifications, resource, cancellationToken);
                StartupConsole.Say(resource.Name, "stopped");
            }
        }
    }
}
