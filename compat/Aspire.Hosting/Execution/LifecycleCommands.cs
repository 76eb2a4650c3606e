using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Execution;

/// <summary>Start, stop and restart, as commands of every resource that is a process.</summary>
internal static class LifecycleCommands
{
    public static void Add(IResourceRunner runner, CancellationToken stopping)
    {
        Add(runner.Resource, KnownResourceCommands.StartCommand, "Start", available: state => !IsUp(state), ct => StartAsync(runner, stopping, ct));
        Add(runner.Resource, KnownResourceCommands.StopCommand, "Stop", available: IsUp, _ => runner.StopAsync(CancellationToken.None));
        Add(runner.Resource, KnownResourceCommands.RestartCommand, "Restart", available: IsUp, async ct =>
        {
            await runner.StopAsync(CancellationToken.None);
            await StartAsync(runner, stopping, ct);
        });
    }

    private static void Add(IResource resource, string name, string displayName, Func<string?, bool> available, Func<CancellationToken, Task> execute) =>
        resource.Annotations.Add(new ResourceCommandAnnotation(
            name,
            displayName,
            context => available(context.ResourceSnapshot.State?.Text) ? ResourceCommandState.Enabled : ResourceCommandState.Hidden,
            async context =>
            {
                await execute(context.CancellationToken);
                return CommandResults.Success();
            },
            displayDescription: null, parameter: null, confirmationMessage: null, iconName: null, iconVariant: null, isHighlighted: false));

    // A start outlives the command that asked for it, but not the application.
    private static Task StartAsync(IResourceRunner runner, CancellationToken stopping, CancellationToken cancellationToken) =>
        runner.StartAsync(automatic: false, stopping).WaitAsync(cancellationToken);

    private static bool IsUp(string? state) =>
        state == KnownResourceStates.Running || state == KnownResourceStates.Starting || state == KnownResourceStates.Waiting
        || state == KnownResourceStates.RuntimeUnhealthy;
}
