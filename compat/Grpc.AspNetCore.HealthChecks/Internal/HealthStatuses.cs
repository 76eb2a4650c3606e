using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Grpc.AspNetCore.HealthChecks.Internal;

/// <summary>Turns health check results into the status of a mapped service.</summary>
internal sealed class HealthStatuses(HealthCheckService healthChecks, IOptions<GrpcHealthChecksOptions> options)
{
    private volatile HealthReport? _published;

    /// <summary>Raised with every published report.</summary>
    public event EventHandler? Published;

    public IEnumerable<string> ServiceNames => options.Value.Services.Select(mapping => mapping.Name);

    public void Publish(HealthReport report)
    {
        _published = report;
        Published?.Invoke(this, EventArgs.Empty);
    }

    /// <summary>The status now, from a run of the checks or from the published results, as the options say; null for a service that is not mapped.</summary>
    public async Task<ServingStatus?> GetAsync(string service, CancellationToken cancellationToken)
    {
        if (options.Value.UseHealthChecksCache)
            return GetPublished(service);
        if (!options.Value.Services.TryGetServiceMapping(service, out var mapping))
            return null;

        Func<HealthCheckRegistration, bool>? chosen = mapping.HealthCheckPredicate is { } predicate
            ? check => predicate(new HealthCheckMapContext(check.Name, check.Tags))
            : null;
        return Judge(mapping, await healthChecks.CheckHealthAsync(chosen, cancellationToken));
    }

    /// <summary>The status by the last published results: unknown before the first; null for a service that is not mapped.</summary>
    public ServingStatus? GetPublished(string service)
    {
        if (!options.Value.Services.TryGetServiceMapping(service, out var mapping))
            return null;
        return _published is { } report ? Judge(mapping, report) : ServingStatus.Unknown;
    }

    private static ServingStatus Judge(ServiceMapping mapping, HealthReport report)
    {
        var status = ServingStatus.Unknown;
        foreach (var (name, entry) in report.Entries)
        {
            if (!Decides(mapping, name, entry))
                continue;
            if (entry.Status == HealthStatus.Unhealthy)
                return ServingStatus.NotServing;
            status = ServingStatus.Serving;
        }

        return status;
    }

    private static bool Decides(ServiceMapping mapping, string name, HealthReportEntry entry) =>
        mapping.HealthCheckPredicate?.Invoke(new HealthCheckMapContext(name, entry.Tags))
        ?? mapping.Predicate!(
            new HealthResult(name, entry.Tags, entry.Status, entry.Description, entry.Duration, entry.Exception, entry.Data));
}

/// <summary>Receives the results of the periodic runs.</summary>
internal sealed class HealthStatusPublisher(HealthStatuses statuses) : IHealthCheckPublisher
{
    public Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
    {
        statuses.Publish(report);
        return Task.CompletedTask;
    }
}
