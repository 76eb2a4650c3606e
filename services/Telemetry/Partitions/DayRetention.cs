using MoviesNow.ServiceDefaults.Postgres;
using Npgsql;

namespace MoviesNow.Telemetry.Partitions;

/// <summary>
/// Drops the partitions of past days. They are detached concurrently, which waits for those who read them and lets everybody else go on;
/// dropping a table that is detached concerns nobody. All of it needs one session. What could not be done in time, or was broken off, is
/// done the next time.
/// </summary>
internal sealed class DayRetention([FromKeyedServices(PostgresOptions.Direct)] NpgsqlDataSource dataSource)
{
    private const int DeleteStep = 5_000;

    private static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(10);

    /// <summary>Drops all days before one, with everything that was recorded on them. Replicas take turns.</summary>
    /// <param name="day">The first day that stays.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="wait">How long readers of such a day, or another replica, may delay it; ten seconds when null.</param>
    /// <returns>The number of tables dropped.</returns>
    /// <exception cref="PostgresException">They took longer.</exception>
    public async Task<int> DropBeforeAsync(DateOnly day, CancellationToken cancellationToken, TimeSpan? wait = null)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var limit = new NpgsqlCommand("SELECT set_config('lock_timeout', $1, false)", connection)
            .With($"{(long)(wait ?? DefaultWait).TotalMilliseconds}ms");
        await limit.ExecuteNonQueryAsync(cancellationToken);
        await using var take = new NpgsqlCommand("SELECT pg_advisory_lock(hashtext('telemetry day retention'))", connection);
        await take.ExecuteNonQueryAsync(cancellationToken);
        try
        {
            var expired = await ListAsync(connection, day, cancellationToken);
            foreach (var table in expired)
            {
                await DropAsync(connection, table, cancellationToken);
            }

            await ForgetStartsAsync(connection, day, cancellationToken);
            return expired.Count;
        }
        finally
        {
            // The pool resets the connection, but only once it is used again.
            await using var release = new NpgsqlCommand("SELECT pg_advisory_unlock_all()", connection);
            await release.ExecuteNonQueryAsync(CancellationToken.None);
        }
    }

    private static async Task<List<Expired>> ListAsync(NpgsqlConnection connection, DateOnly day, CancellationToken cancellationToken)
    {
        // By name, for one may have been detached and not been dropped. What is half detached comes first: it stands in the way of the
        // others. Then in the order in which writers lock them.
        await using var command = new NpgsqlCommand("""
            SELECT c.relname, p.relname, i.inhdetachpending
            FROM pg_class c
            LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
            LEFT JOIN pg_class p ON p.oid = i.inhparent
            WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
              AND c.relname ~ '^(playback_session|playback_event|rejected_event)_[0-9]{8}$' AND right(c.relname, 8) < to_char($1, 'YYYYMMDD')
            ORDER BY coalesce(i.inhdetachpending, false) DESC, c.relname LIKE 'rejected%', c.relname LIKE 'playback_event%', c.relname
            """, connection).With(day);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var tables = new List<Expired>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var parent = reader.IsDBNull(1) ? null : reader.GetString(1);
            tables.Add(new Expired(reader.GetString(0), parent, IsDetaching: parent is not null && reader.GetBoolean(2)));
        }

        return tables;
    }

    private static async Task DropAsync(NpgsqlConnection connection, Expired table, CancellationToken cancellationToken)
    {
        if (table.Parent is { } parent)
        {
            await RunAsync(connection, $"ALTER TABLE {parent} DETACH PARTITION {table.Name} {(table.IsDetaching ? "FINALIZE" : "CONCURRENTLY")}", cancellationToken);
        }

        await RunAsync(connection, $"DROP TABLE {table.Name}", cancellationToken);
    }

    /// <summary>In steps that are committed one by one: a day may have half a million.</summary>
    private static async Task ForgetStartsAsync(NpgsqlConnection connection, DateOnly day, CancellationToken cancellationToken)
    {
        for (var last = DeleteStep; last == DeleteStep;)
        {
            await using var forget = new NpgsqlCommand("""
                DELETE FROM session_start
                WHERE ctid = ANY (ARRAY (SELECT ctid FROM session_start WHERE session_id < first_session_id($1) ORDER BY session_id LIMIT $2))
                """, connection).With(day, DeleteStep);
            last = await forget.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private sealed record Expired(string Name, string? Parent, bool IsDetaching);
}
