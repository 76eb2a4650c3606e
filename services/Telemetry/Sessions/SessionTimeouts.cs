using Npgsql;

namespace MoviesNow.Telemetry.Sessions;

/// <summary>Ends sessions that are silent for too long, some at a time.</summary>
internal sealed class SessionTimeouts(NpgsqlDataSource dataSource, SessionSilence silence, TimeProvider time)
{
    /// <summary>Sessions of one step.</summary>
    public const int StepSize = 500;

    /// <summary>Whether there is something to do.</summary>
    public async Task<bool> IsAnyDueAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("SELECT EXISTS (SELECT FROM playback_session WHERE state < 4 AND check_at <= $1)").With(time.GetUtcNow());
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>
    /// Looks at the next sessions that are due: ends those that were silent too long, and tells when to look at the others again. The
    /// lock lets one replica do that at a time; the others have nothing to do then. Sessions that are being written to are passed over.
    /// </summary>
    /// <returns>How many were looked at and ended; null when another replica is at it.</returns>
    public async Task<(int Seen, int Ended)?> StepAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var take = new NpgsqlCommand("SELECT pg_try_advisory_xact_lock(hashtext('telemetry session timeouts'))", connection);
        if (await take.ExecuteScalarAsync(cancellationToken) is not true)
        {
            return null;
        }

        var now = time.GetUtcNow();
        var due = await ReadDueAsync(connection, now, cancellationToken);
        var deltas = new QualityDeltas();
        var writes = due.ConvertAll(session => Look(session, now, deltas));
        await DeltaCopy.WriteAsync(connection, deltas);
        await using var changes = new NpgsqlBatch(connection);
        SessionUpdate.AddTo(changes, writes);
        if (changes.BatchCommands.Count > 0)
        {
            await changes.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return (due.Count, writes.Count(write => write.CheckTime is null));
    }

    private static async Task<List<StoredSession>> ReadDueAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"""
            SELECT {SessionRows.Columns} FROM playback_session
            WHERE state < 4 AND check_at <= $1
            ORDER BY check_at
            LIMIT {StepSize}
            FOR NO KEY UPDATE SKIP LOCKED
            """, connection).With(now);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await SessionRows.ReadAsync(reader);
    }

    private SessionWrite Look(StoredSession session, DateTimeOffset now, QualityDeltas deltas)
    {
        var deadline = silence.DeadlineOf(session.Progress.Summary);
        return deadline > now
            ? new SessionWrite(session.Id, session.Progress, deadline)
            : new SessionWrite(session.Id, session.Progress.TimedOut(new SessionDeltas(deltas, session.Dimensions)), CheckTime: null);
    }
}
