using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Execution.Reporting;

/// <summary>The output of every resource, by name.</summary>
internal sealed class ResourceLogs(ExecutionOptions options, ApplicationIdentity identity, ILoggerFactory loggers) : IDisposable
{
    private readonly ConcurrentDictionary<string, ResourceLog> _logs = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lazy<string?> _directory = new(() => CreateDirectory(options, identity));

    public string? Directory => _directory.Value;

    public ResourceLog For(string resourceName) => _logs.GetOrAdd(resourceName, name => new ResourceLog(
        options.Backlog,
        Directory is { } directory ? Path.Combine(directory, $"{name}.log") : null,
        loggers.CreateLogger($"{identity.Name}.Resources.{name}"),
        options.OutputLevel));

    public void Dispose()
    {
        foreach (var log in _logs.Values)
            log.Dispose();
    }

    // The same in each run, so that runs do not pile up, and another for each checkout and user.
    private static string Checkout(ApplicationIdentity identity) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Environment.UserName}:{identity.Directory}")))[..8];

    private static string? CreateDirectory(ExecutionOptions options, ApplicationIdentity identity)
    {
        var path = options.LogDirectory is { Length: > 0 } configured
            ? Path.GetFullPath(configured, identity.Directory)
            : Path.Combine(Path.GetTempPath(), $"{identity.Name}-{Checkout(identity)}", "logs");
        try
        {
            return System.IO.Directory.CreateDirectory(path).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
