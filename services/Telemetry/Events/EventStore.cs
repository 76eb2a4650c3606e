using MoviesNow.Telemetry.Sessions;
using MoviesNow.Telemetry.V1;
using Npgsql;

namespace MoviesNow.Telemetry.Events;

/// <summary>Events in PostgreSQL, and what their sessions come to, which changes in the same transaction.</summary>
internal sealed class EventStore(NpgsqlDataSource dataSource, SessionSilence silence, TelemetryMetrics metrics, TimeProvider time)
{
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
        var batch = new EventBatch(await SessionRows.LockAsync(connection, [.. jobs.Select(job => job.SessionId).Distinct()]));
        var doubtful = batch.Doubtful(jobs).ToArray();
        if (doubtful.Length > 0)
        {
            await MarkStoredAsync(connection, batch, doubtful);
        }

        var results = jobs.Select(batch.Decide).ToArray();
        var (sessions, deltas) = await ApplyAsync(connection, batch);
        await EventCopy.WriteAsync(connection, batch.Accepted);
        await DeltaCopy.WriteAsync(connection, deltas);
        await using var changes = new NpgsqlBatch(connection);
        SessionUpdate.AddTo(changes, sessions);
        RejectedEvents.AddTo(changes, batch.Rejected, time);
        if (changes.BatchCommands.Count > 0)
        {
            await changes.ExecuteNonQueryAsync(CancellationToken.None);
        }

        await transaction.CommitAsync(CancellationToken.None);
        metrics.Stored(batch);
        return results;
    }

    /// <summary>Accepted events of a session, by sequence number.</summary>
    /// <param name="sessionId">The session.</param>
    /// <param name="after">Only events with a higher number.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<List<PlayerEvent>> ListAsync(Guid sessionId, int after, int limit, CancellationToken cancellationToken) =>
        EventReader.ListAsync(dataSource, sessionId, after, limit, cancellationToken);

    private async Task<(List<SessionWrite> Sessions, QualityDeltas Deltas)> ApplyAsync(NpgsqlConnection connection, EventBatch batch)
    {
        var sessions = new List<SessionWrite>();
        var deltas = new QualityDeltas();
        foreach (var change in batch.Changes)
        {
            var stored = change.IsOutOfOrder ? EventReader.ReadAllAsync(connection, change.Stored.Id) : AsyncEnumerable.Empty<PlayerEvent>();
            sessions.Add(silence.WriteOf(change.Stored, await change.ApplyAsync(stored, deltas)));
        }

        return (sessions, deltas);
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
}
