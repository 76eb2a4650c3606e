using System.Collections.Concurrent;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.ServiceDefaults.Health;

/// <summary>Logs a check's state when it changes, and the type of what failed: drivers' messages may tell addresses and names.</summary>
internal sealed class HealthLog(ILogger<HealthLog> logger) : IHealthCheckPublisher
{
    private readonly ConcurrentDictionary<string, HealthStatus> _states = new(StringComparer.Ordinal);

    public Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
    {
        foreach (var (name, entry) in report.Entries)
        {
            var before = _states.GetValueOrDefault(name, HealthStatus.Healthy);
            _states[name] = entry.Status;
            if (entry.Status == before)
            {
                continue;
            }

            if (entry.Status is HealthStatus.Healthy)
            {
                logger.LogInformation("{Check} is healthy again", name);
            }
            else
            {
                logger.LogWarning("{Check} is {Status}: {Exception}", name, entry.Status, entry.Exception is null ? "no exception" : ExceptionSummary.Of(entry.Exception));
            }
        }

        return Task.CompletedTask;
    }
}
