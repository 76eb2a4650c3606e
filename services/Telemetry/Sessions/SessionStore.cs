using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Telemetry.Partitions;
using MoviesNow.Telemetry.V1;
using Npgsql;

namespace MoviesNow.Telemetry.Sessions;

/// <summary>Sessions in PostgreSQL. Their summaries are written together with the events, by <see cref="Events.EventStore"/>.</summary>
internal sealed class SessionStore(NpgsqlDataSource dataSource, DayPartitions partitions, SessionSilence silence)
{
    private const string Columns =
        $"id, viewer, title_id, episode_id, variant_id, device, app_name, app_version, network, country, {ProgressColumns.Names}";

    /// <summary>Stores a session that was started just now.</summary>
    /// <param name="session">The session.</param>
    /// <param name="effectId">What starts it, if that may be repeated: a session that it started before is the session, then.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The session, or the id and start of the one that was there.</returns>
    public async Task<(Guid Id, DateTimeOffset Start, bool IsNew)> StartAsync(SessionRecord session, Guid? effectId, CancellationToken cancellationToken)
    {
        if (await InsertAsync(session, effectId, cancellationToken))
        {
            return (session.Id, session.Summary.StartTime, IsNew: true);
        }

        await using var command = dataSource.CreateCommand(
            "SELECT id, started_at FROM playback_session WHERE id = (SELECT session_id FROM session_start WHERE effect_id = $1)").With(effectId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? (reader.GetGuid(0), reader.GetFieldValue<DateTimeOffset>(1), IsNew: false)
            : throw RpcErrors.Of(ErrorReason.ConflictRetry);
    }

    /// <summary>False when the effect has started a session before.</summary>
    private async Task<bool> InsertAsync(SessionRecord session, Guid? effectId, CancellationToken cancellationToken)
    {
        var summary = session.Summary;
        await partitions.EnsureAsync(DateOnly.FromDateTime(summary.StartTime.UtcDateTime), days: 1, cancellationToken);
        await using var batch = dataSource.CreateBatch();
        return await batch.Add(Sql.CommitDurably).Add("""
            WITH effect AS (
                INSERT INTO session_start (effect_id, session_id) SELECT $16::uuid, $1 WHERE $16 IS NOT NULL
                ON CONFLICT DO NOTHING RETURNING effect_id),
            started AS (
                INSERT INTO playback_session (
                    id, viewer, title_id, episode_id, variant_id, device, app_name, app_version, network, country, address_hash, user_agent,
                    started_at, client_started_at, last_event_at, state, end_reason, event_count, last_sequence, furthest_position_ms,
                    play_sequence, pause_sequence, resume_sequence, error_sequence, complete_sequence, complete_reason,
                    folded_until_ms, playing_variant_id, check_at)
                SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $13, $15, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, $17, $5, $18
                WHERE $16 IS NULL OR EXISTS (SELECT FROM effect)
                RETURNING title_id, variant_id, country, device, app_version, started_at)
            INSERT INTO qoe_delta
            SELECT date_trunc('minute', started_at), title_id, coalesce(variant_id, '00000000-0000-0000-0000-000000000000'), country, device,
                   app_version, -1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
            FROM started
            """,
            session.Id, session.Viewer, session.TitleId, session.EpisodeId, session.VariantId, session.Device, session.AppName, session.AppVersion,
            (short)session.Network, session.Country, session.AddressHash, session.UserAgent,
            summary.StartTime, summary.ClientStartTime, (short)summary.State, effectId,
            session.Progress.Playback.TimeMs, silence.DeadlineOf(summary)).ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    /// <summary>The session with this id; null when there is none.</summary>
    public async Task<SessionRecord?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"SELECT {Columns} FROM playback_session WHERE id = $1").With(id);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader) : null;
    }

    /// <summary>Sessions, newest first.</summary>
    public async Task<List<SessionRecord>> ListAsync(SessionFilter filter, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"""
            SELECT {Columns} FROM playback_session
            WHERE ($1::uuid IS NULL OR title_id = $1)
              AND ($2 = '' OR (viewer = $2 AND viewer <> ''))
              AND ($3 = 0 OR state = $3)
              AND ($4::uuid IS NULL OR id >= $4)
              AND ($5::uuid IS NULL OR id < $5)
            ORDER BY id DESC
            LIMIT $6
            """).With(filter.TitleId, filter.Viewer, (short)filter.State, filter.From, filter.Before, filter.PageSize);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var sessions = new List<SessionRecord>();
        while (await reader.ReadAsync(cancellationToken))
        {
            sessions.Add(Read(reader));
        }

        return sessions;
    }

    private static SessionRecord Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetGuid(0),
        Viewer = row.GetString(1),
        TitleId = row.GetGuid(2),
        EpisodeId = row.GetFieldValue<Guid?>(3),
        VariantId = row.GetFieldValue<Guid?>(4),
        Device = row.GetString(5),
        AppName = row.GetString(6),
        AppVersion = row.GetString(7),
        Network = (NetworkType)row.GetInt16(8),
        Country = row.GetString(9),
        Progress = ProgressColumns.Read(row, first: 10),
    };
}
