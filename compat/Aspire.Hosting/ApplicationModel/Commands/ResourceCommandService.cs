using Aspire.Hosting.Execution;

namespace Aspire.Hosting.ApplicationModel;

public class ResourceCommandService
{
    private readonly DistributedApplicationModel _model;
    private readonly IServiceProvider _services;
    private readonly ResourceLoggerService _loggers;

    internal ResourceCommandService(DistributedApplicationModel model, IServiceProvider services, ResourceLoggerService loggers)
    {
        _model = model;
        _services = services;
        _loggers = loggers;
    }

    public async Task<ExecuteCommandResult> ExecuteCommandAsync(
        IResource resource, string commandName, CancellationToken cancellationToken = default)
    {
        var command = resource.Annotations.OfType<ResourceCommandAnnotation>().FirstOrDefault(c => c.Name == commandName);
        if (command is null)
            return CommandResults.Failure($"Command '{commandName}' not available for resource '{resource.Name}'.");

        try
        {
            return await command.ExecuteCommand(new()
            {
                ServiceProvider = _services,
                ResourceName = resource.Name,
                CancellationToken = cancellationToken,
                Logger = _loggers.GetLogger(resource),
            });
        }
        catch (OperationCanceledException)
        {
            return CommandResults.Canceled();
        }
        catch (Exception e)
        {
            return CommandResults.Failure(e);
        }
    }

    /// <param name="resourceId">The name of a resource, or the id of one of its replicas; a command is always for all of them.</param>
    public Task<ExecuteCommandResult> ExecuteCommandAsync(string resourceId, string commandName, CancellationToken cancellationToken = default) =>
        _model.Resources.FirstOrDefault(r => IsNamed(r, resourceId)) is { } resource
            ? ExecuteCommandAsync(resource, commandName, cancellationToken)
            : Task.FromResult(CommandResults.Failure($"Resource '{resourceId}' not found."));

    private static bool IsNamed(IResource resource, string id) =>
        string.Equals(resource.Name, id, StringComparison.OrdinalIgnoreCase)
        || ReplicaIds.Of(resource).Contains(id, StringComparer.OrdinalIgnoreCase);
}
