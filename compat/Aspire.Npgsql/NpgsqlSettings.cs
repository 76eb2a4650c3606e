namespace Aspire.Npgsql;

/// <summary>
/// Settings of one data source. Read from <c>Aspire:Npgsql</c>, then <c>Aspire:Npgsql:{connectionName}</c>,
/// then <c>ConnectionStrings:{connectionName}</c>, then the caller's delegate; the later wins.
/// </summary>
public sealed class NpgsqlSettings
{
    /// <summary>The Npgsql connection string.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Whether to leave out the health check.</summary>
    public bool DisableHealthChecks { get; set; }

    /// <summary>Whether to leave out the activity source <c>Npgsql</c>.</summary>
    public bool DisableTracing { get; set; }

    /// <summary>Whether to leave out the meter <c>Npgsql</c>.</summary>
    public bool DisableMetrics { get; set; }
}
