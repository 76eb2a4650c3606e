using MoviesNow.Telemetry.Sessions;
using MoviesNow.Telemetry.V1;
using Npgsql;
using NpgsqlTypes;

namespace MoviesNow.Telemetry.Events;

/// <summary>Events in PostgreSQL, and the summaries of their sessions, which change in the same transaction.</summary>
internal sealed class EventStore(NpgsqlDataSource dataSource, TimeProvider time)
{
    private static readonly TimeSpan CopyTimeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Writes the events of several calls in one transaction. The sessions' rows are locked first, in the order of their ids, so
    /// that replicas that write to the same sessions take turns and never wait for each other in a circle; the unique constraint
    /// stands behind that.
    /// </summary>
    /// <returns>For each call its verdicts, or null when there is no such session. They hold: all is committed.</returns>
    public async Task<IReadOnlyList<EventResult>?[]> WriteAsync(IReadOnlyList<AppendJob> jobs)
    {
        // A batch serves many callers, so none of them can cancel it; the time-outs of commands bound it.
        await using var connection = await dataSource.OpenConnectionAsync(CancellationToken.None);
        await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
        var batch = new EventBatch(await LockSessionsAsync(connection, jobs));
        var doubtful = batch.Doubtful(jobs).ToArray();
        if (doubtful.Length > 0)
        {
            await MarkStoredAsync(connection, batch, doubtful);
        }

        var results = jobs.Select(batch.Decide).ToArray();
        await CopyAcceptedAsync(connection, batch.Accepted);
        await using var changes = new NpgsqlBatch(connection);
        SummaryUpdate.AddTo(changes, batch.Changed);
        RejectedEvents.AddTo(changes, batch.Rejected, time);
        if (changes.BatchCommands.Count > 0)
        {
            await changes.ExecuteNonQueryAsync(CancellationToken.None);
        }

        await transaction.CommitAsync(CancellationToken.None);
        return results;
    }

    /// <summary>Accepted events of a session, by sequence number.</summary>
    /// <param name="sessionId">The session.</param>
    /// <param name="after">Only events with a higher number.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<List<PlayerEvent>> ListAsync(Guid sessionId, int after, int limit, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            SELECT sequence, type, client_time, received_at, position_ms, from_position_ms, variant_id, bitrate_bps, error_code, is_fatal,
                   complete_reason, attributes_json
            FROM playback_event
            WHERE session_id = $1 AND sequence > $2
            ORDER BY sequence
            LIMIT $3
            """).With(sessionId, after, limit);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var events = new List<PlayerEvent>();
        while (await reader.ReadAsync(cancellationToken))
        {
            events.Add(new PlayerEvent(
                reader.GetInt32(0), (EventType)reader.GetInt16(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetFieldValue<DateTimeOffset>(3))
            {
                PositionMs = reader.GetInt32(4),
                FromPositionMs = reader.GetInt32(5),
                VariantId = reader.GetFieldValue<Guid?>(6),
                BitrateBps = reader.GetInt32(7),
                ErrorCode = reader.IsDBNull(8) ? null : reader.GetString(8),
                IsFatal = reader.GetBoolean(9),
                CompleteReason = (SessionEndReason)reader.GetInt16(10),
                AttributesJson = reader.IsDBNull(11) ? null : reader.GetString(11),
            });
        }

        return events;
    }

    private static async Task<Dictionary<Guid, SessionSummary>> LockSessionsAsync(NpgsqlConnection connection, IReadOnlyList<AppendJob> jobs)
    {
        await using var batch = new NpgsqlBatch(connection)
            .Add(
                $"SELECT id, {SummaryColumns.Names} FROM playback_session WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE",
                (object)jobs.Select(job => job.SessionId).Distinct().ToArray())
            .Add(Sql.CommitDurably);
        await using var reader = await batch.ExecuteReaderAsync(CancellationToken.None);
        var summaries = new Dictionary<Guid, SessionSummary>();
        while (await reader.ReadAsync(CancellationToken.None))
        {
            summaries.Add(reader.GetGuid(0), SummaryColumns.Read(reader, first: 1));
        }

        return summaries;
    }

    private static async Task MarkStoredAsync(NpgsqlConnection connection, EventBatch batch, (Guid SessionId, int Sequence)[] doubtful)
    {
        // The limit makes each number a look-up in the one partition of its session; a join could read them all.
        await using var command = new NpgsqlCommand("""
            SELECT k.session_id, k.sequence
            FROM unnest($1, $2) AS k (session_id, sequence)
            CROSS JOIN LATERAL (SELECT FROM playback_event e WHERE e.session_id = k.session_id AND e.sequence = k.sequence LIMIT 1) AS stored
            """, connection)
            .With(doubtful.Select(key => key.SessionId).ToArray(), doubtful.Select(key => key.Sequence).ToArray());
        await using var reader = await command.ExecuteReaderAsync(CancellationToken.None);
        while (await reader.ReadAsync(CancellationToken.None))
        {
            batch.AddStored(reader.GetGuid(0), reader.GetInt32(1));
        }
    }

    private static async Task CopyAcceptedAsync(NpgsqlConnection connection, IReadOnlyList<(Guid SessionId, PlayerEvent Event)> accepted)
    {
        if (accepted.Count == 0)
        {
            return;
        }

        await using var copy = await connection.BeginBinaryImportAsync("""
            COPY playback_event (session_id, client_time, received_at, sequence, position_ms, from_position_ms, bitrate_bps, type,
                                 complete_reason, is_fatal, variant_id, error_code, attributes_json)
            FROM STDIN (FORMAT BINARY)
            """, CancellationToken.None);
        copy.Timeout = CopyTimeout;
        foreach (var (sessionId, stored) in accepted)
        {
            await copy.StartRowAsync();
            await copy.WriteAsync(sessionId, NpgsqlDbType.Uuid);
            await copy.WriteAsync(stored.ClientTime, NpgsqlDbType.TimestampTz);
            await copy.WriteAsync(stored.ReceiveTime, NpgsqlDbType.TimestampTz);
            await copy.WriteAsync(stored.Sequence, NpgsqlDbType.Integer);
            await copy.WriteAsync(stored.PositionMs, NpgsqlDbType.Integer);
            await copy.WriteAsync(stored.FromPositionMs, NpgsqlDbType.Integer);
            await copy.WriteAsync(stored.BitrateBps, NpgsqlDbType.Integer);
            await copy.WriteAsync((short)stored.Type, NpgsqlDbType.Smallint);
            await copy.WriteAsync((short)stored.CompleteReason, NpgsqlDbType.Smallint);
            await copy.WriteAsync(stored.IsFatal, NpgsqlDbType.Boolean);
            await copy.WriteAsync(stored.VariantId, NpgsqlDbType.Uuid);
            await copy.WriteAsync(stored.ErrorCode, NpgsqlDbType.Text);
            await copy.WriteAsync(stored.AttributesJson, NpgsqlDbType.Text);
        }

        await copy.CompleteAsync();
    }
}
