using MoviesNow.Telemetry.Events;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Telemetry.Sessions;

/// <summary>
/// What the events of a session amount to. The session goes INITIATED → PLAYING ⇄ PAUSED → ENDED, or ABORTED when no picture was
/// seen, as the events in the order of their sequence numbers tell; PLAY begins anew after an end. Only the latest event of each
/// kind matters for that, so the summary keeps those and takes events in any order: the same set gives the same summary.
/// </summary>
internal sealed record SessionSummary(DateTimeOffset StartTime, DateTimeOffset? ClientStartTime)
{
    /// <summary>Number of events.</summary>
    public long EventCount { get; init; }

    /// <summary>Highest sequence number; 0 without events.</summary>
    public int LastSequence { get; init; }

    /// <summary>Furthest position that an event told, in milliseconds.</summary>
    public int FurthestPositionMs { get; init; }

    /// <summary>When something was last heard, by the server's clock.</summary>
    public DateTimeOffset LastEventTime { get; init; } = StartTime;

    public int PlaySequence { get; init; }

    public int PauseSequence { get; init; }

    public int ResumeSequence { get; init; }

    /// <summary>The latest fatal error.</summary>
    public int ErrorSequence { get; init; }

    public DateTimeOffset? ErrorTime { get; init; }

    public int CompleteSequence { get; init; }

    public SessionEndReason CompleteReason { get; init; }

    public DateTimeOffset? CompleteTime { get; init; }

    /// <summary>Whether the session was silent for too long since its last event; the next event takes that back.</summary>
    public bool IsTimedOut { get; init; }

    /// <summary>Whether an event told a time that cannot be.</summary>
    public bool HasImplausibleTime { get; init; }

    /// <summary>How the player's clock relates to the server's.</summary>
    public SessionClock Clock => new(StartTime, ClientStartTime);

    /// <summary>Whether the player's clock cannot be trusted.</summary>
    public bool IsClockSuspect => HasImplausibleTime || Clock.IsOff;

    /// <summary>The state, silence included.</summary>
    public SessionState State => IsTimedOut ? ToldState switch
    {
        SessionState.Initiated => SessionState.Aborted,
        SessionState.Playing or SessionState.Paused => SessionState.Ended,
        var over => over,
    } : ToldState;

    /// <summary>The state as the events alone tell it.</summary>
    public SessionState ToldState => (HasPicture, IsOver) switch
    {
        (true, true) => SessionState.Ended,
        (false, true) => SessionState.Aborted,
        (true, false) => PauseSequence > Math.Max(PlaySequence, ResumeSequence) ? SessionState.Paused : SessionState.Playing,
        (false, false) => SessionState.Initiated,
    };

    /// <summary>Whether a picture was seen.</summary>
    public bool HasPicture => PlaySequence > 0;

    /// <summary>
    /// Why it ended. What the player says when it closes after a failure only tells which failure it was; an error after the end
    /// changes nothing.
    /// </summary>
    public SessionEndReason EndReason => EndsWithFailure
        ? HasCompleted && CompleteReason is (SessionEndReason.Network or SessionEndReason.Drm) ? CompleteReason : SessionEndReason.Error
        : HasCompleted ? CompleteReason
        : IsTimedOut ? SessionEndReason.Timeout : SessionEndReason.Unspecified;

    public DateTimeOffset? EndTime => EndsWithFailure ? ErrorTime : HasCompleted ? CompleteTime : IsTimedOut ? LastEventTime : null;

    private bool HasFailed => ErrorSequence > PlaySequence;

    private bool HasCompleted => CompleteSequence > PlaySequence;

    private bool IsOver => HasFailed || HasCompleted;

    private bool EndsWithFailure => HasFailed && !(HasCompleted && CompleteSequence < ErrorSequence);

    /// <summary>The summary with one more event, which must not be in it yet.</summary>
    public SessionSummary With(PlayerEvent added)
    {
        var summary = this with
        {
            EventCount = EventCount + 1,
            LastSequence = Math.Max(LastSequence, added.Sequence),
            FurthestPositionMs = Math.Max(FurthestPositionMs, Math.Max(added.PositionMs, added.FromPositionMs)),
            LastEventTime = added.ReceiveTime > LastEventTime ? added.ReceiveTime : LastEventTime,
            IsTimedOut = false,
            HasImplausibleTime = HasImplausibleTime || !Clock.IsPlausible(added),
        };
        return added.Type switch
        {
            EventType.Play => summary with { PlaySequence = Math.Max(PlaySequence, added.Sequence) },
            EventType.Pause => summary with { PauseSequence = Math.Max(PauseSequence, added.Sequence) },
            EventType.Resume => summary with { ResumeSequence = Math.Max(ResumeSequence, added.Sequence) },
            EventType.Error when added.IsFatal && added.Sequence > ErrorSequence =>
                summary with { ErrorSequence = added.Sequence, ErrorTime = TimeOf(added) },
            EventType.Complete when added.Sequence > CompleteSequence =>
                summary with { CompleteSequence = added.Sequence, CompleteReason = added.CompleteReason, CompleteTime = TimeOf(added) },
            _ => summary,
        };
    }

    /// <summary>When an end happened, within what the server saw itself.</summary>
    private DateTimeOffset TimeOf(PlayerEvent end)
    {
        var ticks = Math.Min(Clock.TimeOf(end).UtcTicks, end.ReceiveTime.UtcTicks);
        return new DateTimeOffset(Math.Max(ticks, StartTime.UtcTicks), TimeSpan.Zero);
    }
}
