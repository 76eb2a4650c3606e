using Google.Protobuf.WellKnownTypes;
using MoviesNow.Common.V1;
using Npgsql;

namespace MoviesNow.ServiceDefaults.Audit;

/// <summary>Which entries a list has; empty and null mean all.</summary>
internal sealed record AuditFilter(string Actor, string Method, string Target, DateTimeOffset? From, DateTimeOffset? Until);

/// <summary>The trail in the service's own database, table <c>audit_entries</c>.</summary>
internal sealed class AuditStore(NpgsqlDataSource database) : IAuditTrail
{
    public async Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("""
            INSERT INTO audit_entries (id, ended_at, actor, method, target, outcome, correlation_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (id) DO NOTHING
            """);
        Add(command, Guid.Parse(entry.Id), entry.Time.ToDateTimeOffset(), entry.Actor, entry.Method, entry.Target, entry.Outcome, entry.CorrelationId);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Entries from the newest on, or from the one before <paramref name="before"/>.</summary>
    public async Task<List<AuditEntry>> ListAsync(AuditFilter filter, (DateTimeOffset Time, Guid Id)? before, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("""
            SELECT id, ended_at, actor, method, target, outcome, correlation_id FROM audit_entries
            WHERE ($1::timestamptz IS NULL OR (ended_at, id) < ($1, $2::uuid))
              AND ($3 = '' OR actor = $3)
              AND ($4 = '' OR method = $4)
              AND ($5 = '' OR (target = $5 AND target <> ''))
              AND ($6::timestamptz IS NULL OR ended_at >= $6)
              AND ($7::timestamptz IS NULL OR ended_at < $7)
            ORDER BY ended_at DESC, id DESC
            LIMIT $8
            """);
        Add(command, before?.Time, before?.Id, filter.Actor, filter.Method, filter.Target, filter.From, filter.Until, limit);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var entries = new List<AuditEntry>();
        while (await reader.ReadAsync(cancellationToken))
        {
            entries.Add(Read(reader));
        }

        return entries;
    }

    private static AuditEntry Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetGuid(0).ToString("D"),
        Time = Timestamp.FromDateTimeOffset(row.GetFieldValue<DateTimeOffset>(1)),
        Actor = row.GetString(2),
        Method = row.GetString(3),
        Target = row.GetString(4),
        Outcome = row.GetString(5),
        CorrelationId = row.GetString(6),
    };

    private static void Add(NpgsqlCommand command, params ReadOnlySpan<object?> values)
    {
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value ?? DBNull.Value });
        }
    }
}
