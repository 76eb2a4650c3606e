using MoviesNow.Telemetry.Sessions;
using Npgsql;

namespace MoviesNow.Telemetry.Viewers;

/// <summary>Where a viewer stopped in one title or episode.</summary>
internal sealed record StoppedAt(Guid SessionId, Guid TitleId, Guid? EpisodeId, DateTimeOffset WatchTime, int PositionMs, bool IsCompleted);

/// <summary>What PostgreSQL has of one viewer.</summary>
internal sealed class ViewerStore(NpgsqlDataSource dataSource)
{
    private const int SessionsPerStep = 200;

    /// <summary>Where the viewer stopped, last watched first: in each title or episode, the session that was heard of last.</summary>
    /// <param name="viewer">The viewer.</param>
    /// <param name="before">Only what was watched before this moment, or in it by a session with an earlier id; null for all.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<List<StoppedAt>> ListStoppedAsync(
        string viewer, (DateTimeOffset Time, Guid SessionId)? before, int limit, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            SELECT id, title_id, episode_id, last_event_at, stop_position_ms, end_reason = 1
            FROM (
                SELECT DISTINCT ON (title_id, episode_id) id, title_id, episode_id, last_event_at, stop_position_ms, end_reason
                FROM playback_session
                WHERE viewer = $1 AND viewer <> '' AND play_sequence > 0
                ORDER BY title_id, episode_id, last_event_at DESC, id DESC) AS latest
            WHERE $2::timestamptz IS NULL OR (last_event_at, id) < ($2, $3)
            ORDER BY last_event_at DESC, id DESC
            LIMIT $4
            """).With(viewer, before?.Time, before?.SessionId, limit);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var stopped = new List<StoppedAt>();
        while (await reader.ReadAsync(cancellationToken))
        {
            stopped.Add(new StoppedAt(
                reader.GetGuid(0), reader.GetGuid(1), reader.GetFieldValue<Guid?>(2), reader.GetFieldValue<DateTimeOffset>(3), reader.GetInt32(4), reader.GetBoolean(5)));
        }

        return stopped;
    }

    /// <summary>Sessions of a viewer with what is kept beside what others see, oldest first.</summary>
    public async Task<List<(Guid Id, byte[]? AddressHash, string? UserAgent)>> ListSessionsAsync(
        string viewer, Guid after, int limit, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            SELECT id, address_hash, user_agent FROM playback_session
            WHERE viewer = $1 AND viewer <> '' AND id > $2
            ORDER BY id
            LIMIT $3
            """).With(viewer, after, limit);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var sessions = new List<(Guid, byte[]?, string?)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            sessions.Add((reader.GetGuid(0), await reader.IsDBNullAsync(1, cancellationToken) ? null : reader.GetFieldValue<byte[]>(1),
                await reader.IsDBNullAsync(2, cancellationToken) ? null : reader.GetString(2)));
        }

        return sessions;
    }

    /// <summary>
    /// Erases some of a viewer's sessions with all that belongs to them. Their rows are locked first, as writers of events do: what is
    /// being written is erased too, and what comes later finds no session.
    /// </summary>
    /// <returns>The sessions and events that are gone; no session when there was none.</returns>
    public async Task<(int Sessions, int Events)> EraseSomeAsync(string viewer, DateTimeOffset startedBefore, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var ids = await LockSomeAsync(connection, viewer, SessionIds.FirstAt(startedBefore), cancellationToken);
        if (ids.Length == 0)
        {
            return default;
        }

        await using var batch = new NpgsqlBatch(connection)
            .Add(Sql.CommitDurably)
            .Add("DELETE FROM playback_event WHERE session_id = ANY ($1)", (object)ids)
            .Add("DELETE FROM rejected_event WHERE session_id = ANY ($1)", (object)ids)
            .Add("DELETE FROM session_start WHERE session_id = ANY ($1)", (object)ids)
            .Add("DELETE FROM playback_session WHERE id = ANY ($1)", (object)ids);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return (ids.Length, (int)(batch.BatchCommands[1].RecordsAffected + batch.BatchCommands[2].RecordsAffected));
    }

    private static async Task<Guid[]> LockSomeAsync(NpgsqlConnection connection, string viewer, Guid before, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            SELECT id FROM playback_session WHERE viewer = $1 AND viewer <> '' AND id < $2 ORDER BY id LIMIT $3 FOR UPDATE
            """, connection).With(viewer, before, SessionsPerStep);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var ids = new List<Guid>();
        while (await reader.ReadAsync(cancellationToken))
        {
            ids.Add(reader.GetGuid(0));
        }

        return [.. ids];
    }
}
