namespace Grpc.AspNetCore.HealthChecks;

/// <summary>How health check results become the statuses of gRPC services.</summary>
public sealed class GrpcHealthChecksOptions
{
    /// <summary>Which results decide about which service. The empty name, the server as a whole, has all of them by default.</summary>
    public ServiceMappingCollection Services { get; } = [];

    /// <summary>
    /// Whether <c>Check</c> answers with the last published results. By default it runs the checks. Before the first
    /// results are published (<c>HealthCheckPublisherOptions</c>: 5 s after the start, then every 30 s) the status is UNKNOWN.
    /// </summary>
    public bool UseHealthChecksCache { get; set; }

    /// <summary>
    /// Whether <c>Watch</c> calls go on while the application shuts down. By default they report NOT_SERVING and end, so that
    /// they do not hold up a graceful shutdown.
    /// </summary>
    public bool SuppressCompletionOnShutdown { get; set; }
}
