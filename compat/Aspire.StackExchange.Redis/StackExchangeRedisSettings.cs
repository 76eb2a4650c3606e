namespace Aspire.StackExchange.Redis;

/// <summary>
/// Settings of one Redis connection. Read from <c>Aspire:StackExchange:Redis</c>, then
/// <c>Aspire:StackExchange:Redis:{connectionName}</c>, then <c>ConnectionStrings:{connectionName}</c>, then the caller's
/// delegate; the later wins.
/// </summary>
public sealed class StackExchangeRedisSettings
{
    /// <summary>The StackExchange.Redis connection string, such as <c>localhost:6379,password=…</c>.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Whether to leave out the health check.</summary>
    public bool DisableHealthChecks { get; set; }

    /// <summary>Whether to leave out a span per command.</summary>
    public bool DisableTracing { get; set; }

    /// <summary>Whether to connect at first use rather than when the host starts.</summary>
    public bool DisableAutoActivation { get; set; }
}
