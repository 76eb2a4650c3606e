using MoviesNow.Telemetry.Sessions;
using Npgsql;

namespace MoviesNow.Telemetry.Events;

/// <summary>The statement that writes what sessions came to.</summary>
internal static class SummaryUpdate
{
    public static void AddTo(NpgsqlBatch changes, IReadOnlyDictionary<Guid, SessionSummary> summaries)
    {
        if (summaries.Count == 0)
        {
            return;
        }

        var all = summaries.Values.ToArray();
        changes.Add("""
            UPDATE playback_session s SET
                state = n.state, end_reason = n.end_reason, ended_at = n.ended_at, last_event_at = n.last_event_at, event_count = n.event_count,
                last_sequence = n.last_sequence, furthest_position_ms = n.furthest_position_ms, play_sequence = n.play_sequence,
                pause_sequence = n.pause_sequence, resume_sequence = n.resume_sequence, error_sequence = n.error_sequence,
                errored_at = n.errored_at, complete_sequence = n.complete_sequence, complete_reason = n.complete_reason,
                completed_at = n.completed_at
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) AS n (
                id, state, end_reason, ended_at, last_event_at, event_count, last_sequence, furthest_position_ms, play_sequence,
                pause_sequence, resume_sequence, error_sequence, errored_at, complete_sequence, complete_reason, completed_at)
            WHERE s.id = n.id AND s.id = ANY ($1)
            """,
            summaries.Keys.ToArray(),
            Column(s => (short)s.State),
            Column(s => (short)s.EndReason),
            Column(s => s.EndTime),
            Column(s => s.LastEventTime),
            Column(s => s.EventCount),
            Column(s => s.LastSequence),
            Column(s => s.FurthestPositionMs),
            Column(s => s.PlaySequence),
            Column(s => s.PauseSequence),
            Column(s => s.ResumeSequence),
            Column(s => s.ErrorSequence),
            Column(s => s.ErrorTime),
            Column(s => s.CompleteSequence),
            Column(s => (short)s.CompleteReason),
            Column(s => s.CompleteTime));

        T[] Column<T>(Func<SessionSummary, T> value) => Array.ConvertAll(all, summary => value(summary));
    }
}
