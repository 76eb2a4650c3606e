using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Execution;

/// <summary>Runs what has a value and no process: a connection string is there when what it waits for is.</summary>
internal sealed class ValueRunner(IResource resource, RunnerServices services) : IResourceRunner
{
    public IResource Resource => resource;

    public async Task StartAsync(bool automatic, CancellationToken cancellationToken)
    {
        try
        {
            await services.Waiter.WaitAsync(resource, cancellationToken);
            if (resource is IResourceWithConnectionString)
                await services.Eventing.PublishAsync(new ConnectionStringAvailableEvent(resource, services.Services), cancellationToken);
            await services.Notifications.PublishUpdateAsync(resource, s => s with { State = KnownResourceStates.Running });
        }
        catch (OperationCanceledException)
        {
            // The application stops.
        }
        catch (Exception e)
        {
            await services.Notifications.PublishUpdateAsync(resource, s => s with { State = KnownResourceStates.FailedToStart, Reason = e.Message });
            if (e is not Waiting.DependencyFailedException)
                services.Failure.Report(resource, e.Message);
        }
    }

    public Task StopAsync(CancellationToken hurry) => Task.CompletedTask;

    public void Dispose()
    {
        // Nothing is held.
    }
}
