using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Grpc.AspNetCore.HealthChecks;

/// <summary>Result of a health check, as a predicate of <see cref="ServiceMappingCollection.MapService" /> sees it.</summary>
public sealed class HealthResult(
    string name,
    IEnumerable<string> tags,
    HealthStatus status,
    string? description,
    TimeSpan duration,
    Exception? exception,
    IReadOnlyDictionary<string, object> data)
{
    /// <summary>The check's name.</summary>
    public string Name { get; } = name;

    /// <summary>The check's tags.</summary>
    public IEnumerable<string> Tags { get; } = tags;

    /// <summary>What the check found.</summary>
    public HealthStatus Status { get; } = status;

    /// <summary>The check's own words, if it said any.</summary>
    public string? Description { get; } = description;

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; } = duration;

    /// <summary>What it threw, if it did.</summary>
    public Exception? Exception { get; } = exception;

    /// <summary>What else it reported.</summary>
    public IReadOnlyDictionary<string, object> Data { get; } = data;
}
