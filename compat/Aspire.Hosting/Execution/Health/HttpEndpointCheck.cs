using System.Net;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Execution.Networking;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Execution.Health;

/// <summary>Healthy when every replica answers a GET with the expected status; the proxy learns from it which replicas to prefer.</summary>
internal sealed class HttpEndpointCheck(EndpointReference endpoint, string path, int expectedStatus, HealthProbeClient client) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var annotation = endpoint.EndpointAnnotation;
        var version = annotation.Transport == "http2" || endpoint.Resource.HasAnnotationOfType<Http2ServiceAnnotation>()
            ? HttpVersion.Version20
            : HttpVersion.Version11;
        var problems = await Task.WhenAll(annotation.Targets.Select((t, i) => ProbeAsync(t, i, annotation.UriScheme, version, cancellationToken)));
        var first = problems.FirstOrDefault(p => p is not null);
        if (first is null)
            return HealthCheckResult.Healthy();
        return problems.Any(p => p is null) ? HealthCheckResult.Degraded(first) : HealthCheckResult.Unhealthy(first);
    }

    private async Task<string?> ProbeAsync(ReplicaTarget target, int replica, string scheme, Version version, CancellationToken cancellationToken)
    {
        if (!target.IsAlive)
            return "a replica is not running";

        var uri = new Uri($"{scheme}://localhost:{target.Port}{(path.StartsWith('/') ? path : $"/{path}")}");
        var problem = await client.GetAsync(uri, version, expectedStatus, cancellationToken);
        foreach (var other in endpoint.Resource.Annotations.OfType<EndpointAnnotation>().Where(e => replica < e.Targets.Count))
            other.Targets[replica].IsHealthy = problem is null;
        return problem;
    }
}
