using Aspire.Hosting.Execution.Reporting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

public readonly record struct LogLine(int LineNumber, string Content, bool IsErrorMessage);

public class ResourceLoggerService
{
    private readonly ResourceLogs _logs;

    internal ResourceLoggerService(ResourceLogs logs) => _logs = logs;

    public ILogger GetLogger(IResource resource) => GetLogger(resource.Name);

    public ILogger GetLogger(string resourceName) => new ResourceLogger(_logs.For(resourceName));

    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(IResource resource) => WatchAsync(resource.Name);

    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(string resourceName) => _logs.For(resourceName).WatchAsync();

    /// <summary>What is kept of the output so far, in one batch.</summary>
    public IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync(IResource resource) => GetAllAsync(resource.Name);

    public async IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync(string resourceName)
    {
        await Task.CompletedTask;
        yield return _logs.For(resourceName).Snapshot();
    }

    public void Complete(IResource resource) => Complete(resource.Name);

    public void Complete(string name) => _logs.For(name).Complete();

    public void ClearBacklog(string resourceName) => _logs.For(resourceName).Clear();
}
