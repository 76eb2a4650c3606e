using MoviesNow.Telemetry.V1;
using Npgsql;

namespace MoviesNow.Telemetry.Sessions;

/// <summary>How a <see cref="SessionProgress"/> lies in its row, for those who read it.</summary>
internal static class ProgressColumns
{
    public const string Names = $"{SummaryNames}, {PlaybackNames}, {MeasureNames}";

    private const string SummaryNames = """
        started_at, client_started_at, last_event_at, event_count, last_sequence, furthest_position_ms, play_sequence, pause_sequence,
        resume_sequence, error_sequence, errored_at, complete_sequence, complete_reason, completed_at, is_timed_out, has_implausible_time
        """;

    private const string PlaybackNames =
        "folded_until_ms, stop_position_ms, playback_rate, is_hidden, stall, after_seek_ms, bitrate_bps, playing_variant_id";

    private const string MeasureNames = """
        startup_ms, watch_ms, hidden_watch_ms, rebuffer_count, rebuffer_ms, seek_rebuffer_count, seek_rebuffer_ms, bitrate_ms, bits,
        rendition_changes, present_ms
        """;

    public static SessionProgress Read(NpgsqlDataReader row, int first)
    {
        var columns = new Columns(row, first);
        var summary = SummaryOf(columns);
        var playback = PlaybackOf(columns);
        return new SessionProgress(summary, playback) { StartupMs = columns.Next<long?>(), Measures = MeasuresOf(columns) };
    }

    // Each takes its columns in the order of the names.
    private static SessionSummary SummaryOf(Columns columns) => new(columns.Next<DateTimeOffset>(), columns.Next<DateTimeOffset?>())
    {
        LastEventTime = columns.Next<DateTimeOffset>(),
        EventCount = columns.Next<long>(),
        LastSequence = columns.Next<int>(),
        FurthestPositionMs = columns.Next<int>(),
        PlaySequence = columns.Next<int>(),
        PauseSequence = columns.Next<int>(),
        ResumeSequence = columns.Next<int>(),
        ErrorSequence = columns.Next<int>(),
        ErrorTime = columns.Next<DateTimeOffset?>(),
        CompleteSequence = columns.Next<int>(),
        CompleteReason = (SessionEndReason)columns.Next<short>(),
        CompleteTime = columns.Next<DateTimeOffset?>(),
        IsTimedOut = columns.Next<bool>(),
        HasImplausibleTime = columns.Next<bool>(),
    };

    private static PlaybackState PlaybackOf(Columns columns) => new()
    {
        TimeMs = columns.Next<long>(),
        PositionMs = columns.Next<int>(),
        Rate = columns.Next<double>(),
        IsHidden = columns.Next<bool>(),
        Stall = (Stall)columns.Next<short>(),
        AfterSeekMs = columns.Next<int>(),
        BitrateBps = columns.Next<int>(),
        VariantId = columns.Next<Guid?>(),
    };

    private static QualityCounts MeasuresOf(Columns columns) => new()
    {
        WatchMs = columns.Next<long>(),
        HiddenWatchMs = columns.Next<long>(),
        RebufferCount = columns.Next<int>(),
        RebufferMs = columns.Next<long>(),
        SeekRebufferCount = columns.Next<int>(),
        SeekRebufferMs = columns.Next<long>(),
        BitrateMs = columns.Next<long>(),
        Bits = columns.Next<long>(),
        RenditionChanges = columns.Next<int>(),
        PresentMs = columns.Next<long>(),
    };

    private sealed class Columns(NpgsqlDataReader row, int first)
    {
        private int _next = first;

        public T Next<T>() => row.GetFieldValue<T>(_next++);
    }
}
