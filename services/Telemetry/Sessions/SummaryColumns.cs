using MoviesNow.Telemetry.V1;
using Npgsql;

namespace MoviesNow.Telemetry.Sessions;

/// <summary>How a <see cref="SessionSummary"/> lies in its row, for those who read it.</summary>
internal static class SummaryColumns
{
    public const string Names = """
        started_at, client_started_at, last_event_at, event_count, last_sequence, furthest_position_ms, play_sequence, pause_sequence,
        resume_sequence, error_sequence, errored_at, complete_sequence, complete_reason, completed_at
        """;

    public static SessionSummary Read(NpgsqlDataReader row, int first) =>
        new(row.GetFieldValue<DateTimeOffset>(first), row.GetFieldValue<DateTimeOffset?>(first + 1))
        {
            LastEventTime = row.GetFieldValue<DateTimeOffset>(first + 2),
            EventCount = row.GetInt64(first + 3),
            LastSequence = row.GetInt32(first + 4),
            FurthestPositionMs = row.GetInt32(first + 5),
            PlaySequence = row.GetInt32(first + 6),
            PauseSequence = row.GetInt32(first + 7),
            ResumeSequence = row.GetInt32(first + 8),
            ErrorSequence = row.GetInt32(first + 9),
            ErrorTime = row.GetFieldValue<DateTimeOffset?>(first + 10),
            CompleteSequence = row.GetInt32(first + 11),
            CompleteReason = (SessionEndReason)row.GetInt16(first + 12),
            CompleteTime = row.GetFieldValue<DateTimeOffset?>(first + 13),
        };
}
