namespace Grpc.AspNetCore.HealthChecks;

/// <summary>A registered health check, as a predicate of <see cref="ServiceMappingCollection.Map" /> sees it.</summary>
public sealed class HealthCheckMapContext(string name, IEnumerable<string> tags)
{
    /// <summary>The check's name.</summary>
    public string Name { get; } = name;

    /// <summary>The check's tags.</summary>
    public IEnumerable<string> Tags { get; } = tags;
}
