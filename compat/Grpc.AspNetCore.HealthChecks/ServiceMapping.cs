namespace Grpc.AspNetCore.HealthChecks;

/// <summary>A service name and the health checks that decide about it.</summary>
public sealed class ServiceMapping
{
    /// <summary>The checks for which the predicate holds decide; the others do not run for this service.</summary>
    public ServiceMapping(string name, Func<HealthCheckMapContext, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(predicate);
        Name = name;
        HealthCheckPredicate = predicate;
    }

    /// <summary>All checks run, and the results for which the predicate holds decide.</summary>
    public ServiceMapping(string name, Func<HealthResult, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(predicate);
        Name = name;
        Predicate = predicate;
    }

    /// <summary>Full name of the service; empty for the server as a whole.</summary>
    public string Name { get; }

    /// <summary>Chooses checks, or null.</summary>
    public Func<HealthCheckMapContext, bool>? HealthCheckPredicate { get; }

    /// <summary>Chooses results, or null.</summary>
    public Func<HealthResult, bool>? Predicate { get; }
}
