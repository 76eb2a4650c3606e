using MoviesNow.Telemetry.Events;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Telemetry.Sessions;

/// <summary>
/// The time between two events of a session that follow one another. While it plays, time counts as watched only as far as the
/// position moved with it; what a stalled player waits counts as stalled.
/// </summary>
internal readonly record struct PlaybackSpan
{
    // Between events of a player that is there pass seconds. A longer silence is a device that sleeps.
    private const long MaxSilenceMs = 300_000;

    // A position that moved on this far means that a stall is over, though its end was not heard of.
    private const long LostEndMs = 1_000;

    private const long MinuteMs = 60_000;

    private PlaybackState Before { get; init; }

    /// <summary>Its end, in milliseconds since 1970.</summary>
    public long EndMs { get; private init; }

    /// <summary>How far the position moved by playing.</summary>
    public int AdvancedMs { get; private init; }

    /// <summary>Whether a stall ended in it whose end was not heard of.</summary>
    public bool EndsStall { get; private init; }

    private bool IsPlaying { get; init; }

    private long PlayedMs { get; init; }

    private long StalledMs { get; init; }

    /// <summary>The time from a state to an event.</summary>
    /// <param name="before">The state.</param>
    /// <param name="isPlaying">Whether the session was playing, stalled or not.</param>
    /// <param name="happened">The event.</param>
    /// <param name="timeMs">When it happened, in milliseconds since 1970.</param>
    public static PlaybackSpan Between(PlaybackState before, bool isPlaying, PlayerEvent happened, long timeMs)
    {
        var end = Math.Max(before.TimeMs, timeMs);
        if (!isPlaying)
        {
            return new PlaybackSpan { Before = before, EndMs = end };
        }

        var elapsed = end - before.TimeMs;
        var advanced = Math.Max(0, (happened.Type is EventType.Seek ? happened.FromPositionMs : happened.PositionMs) - before.PositionMs);
        var played = Math.Min(elapsed, (long)(advanced / before.Rate));
        var isStalled = before.Stall is not Stall.None;
        var endsStall = isStalled && happened.Type is not EventType.BufferingEnd && played > LostEndMs;
        if (isStalled && !endsStall)
        {
            played = 0;
        }

        return new PlaybackSpan
        {
            Before = before,
            EndMs = end,
            IsPlaying = true,
            PlayedMs = played,
            AdvancedMs = played > 0 ? advanced : 0,
            StalledMs = isStalled ? Math.Min(elapsed - played, MaxSilenceMs) : 0,
            EndsStall = endsStall,
        };
    }

    /// <summary>Minute of a moment, in minutes since 1970.</summary>
    public static long MinuteOf(long timeMs) => timeMs / MinuteMs;

    /// <summary>Adds what it amounts to. A stall comes first in it, then what played, then what is not known.</summary>
    /// <param name="measures">To these.</param>
    /// <param name="changes">And to these, minute by minute, if there are any.</param>
    /// <param name="sign">1, or -1 to take it back.</param>
    public QualityCounts AddTo(QualityCounts measures, SessionDeltas? changes, int sign)
    {
        if (!IsPlaying)
        {
            return measures;
        }

        var start = Before.TimeMs;
        var playedStart = start + StalledMs;
        var playedEnd = playedStart + PlayedMs;
        var presentEnd = Math.Max(playedEnd, Math.Min(EndMs, start + MaxSilenceMs));
        for (var minute = MinuteOf(start); minute * MinuteMs < presentEnd; minute++)
        {
            var counts = CountsOf(Within(minute, playedStart, playedEnd), Within(minute, start, playedStart), Within(minute, start, presentEnd));
            measures += counts;
            changes?.Add(minute, counts, sign);
        }

        return measures;
    }

    private static long Within(long minute, long start, long end) =>
        Math.Max(0, Math.Min(end, (minute + 1) * MinuteMs) - Math.Max(start, minute * MinuteMs));

    private QualityCounts CountsOf(long played, long stalled, long present) => new()
    {
        WatchMs = Before.IsHidden ? 0 : played,
        HiddenWatchMs = Before.IsHidden ? played : 0,
        RebufferMs = Before.Stall is Stall.Rebuffering ? stalled : 0,
        SeekRebufferMs = Before.Stall is Stall.SeekRebuffering ? stalled : 0,
        BitrateMs = Before.BitrateBps > 0 ? played : 0,
        Bits = played * Before.BitrateBps / 1_000,
        PresentMs = present,
    };
}
