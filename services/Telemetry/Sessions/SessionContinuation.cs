using MoviesNow.ServiceDefaults.Requests;
using MoviesNow.Telemetry.V1;
using Npgsql;

namespace MoviesNow.Telemetry.Sessions;

/// <summary>
/// Lets a session go on after its page was loaded again: when it plays the same content for the same viewer and was heard of within
/// half an hour. The page before may still have events on their way, so the next page gets numbers of its own.
/// </summary>
internal sealed class SessionContinuation(NpgsqlDataSource dataSource, TimeProvider time)
{
    /// <summary>Numbers that are left to each page for events that it has sent and that have not arrived.</summary>
    public const int ReservedNumbers = 1_000;

    private const int MaxSequence = 10_000_000;

    private static readonly TimeSpan MaxSilence = TimeSpan.FromMinutes(30);

    /// <summary>What a request asks to continue: the session and its token; null when it asks for a new one.</summary>
    public static (Guid SessionId, string Token)? Read(RequestCheck check, StartSessionRequest request)
    {
        var id = check.OptionalId("continue_session_id", request.ContinueSessionId);
        check.Require(
            request.ContinueSessionId.Length > 0 == request.ContinueSessionToken.Length > 0,
            "continue_session_token", "is required with continue_session_id, and for nothing else");
        return id is null ? null : (id.Value, request.ContinueSessionToken);
    }

    /// <summary>Lets a session go on.</summary>
    /// <param name="id">The session.</param>
    /// <param name="wanted">What plays, and for whom.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>When it started and the least number that the next event may have; null when a new one shall start.</returns>
    public async Task<(DateTimeOffset Start, int NextSequence)?> TryAsync(Guid id, SessionRecord wanted, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            UPDATE playback_session SET reserved_sequence = greatest(last_sequence, reserved_sequence) + $6
            WHERE id = $1 AND viewer = $2 AND title_id = $3 AND episode_id IS NOT DISTINCT FROM $4 AND last_event_at >= $5
              AND greatest(last_sequence, reserved_sequence) + $6 < $7
            RETURNING started_at, reserved_sequence
            """).With(id, wanted.Viewer, wanted.TitleId, wanted.EpisodeId, time.GetUtcNow() - MaxSilence, ReservedNumbers, MaxSequence);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (reader.GetFieldValue<DateTimeOffset>(0), reader.GetInt32(1) + 1) : null;
    }
}
