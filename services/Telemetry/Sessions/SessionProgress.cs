using MoviesNow.Telemetry.Events;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Telemetry.Sessions;

/// <summary>
/// What the events of a session come to when they are taken in the order of their numbers. docs/sessions.md tells the rules.
/// </summary>
/// <param name="Summary">State, end and counts.</param>
/// <param name="Playback">How playback stands after the last event.</param>
internal sealed record SessionProgress(SessionSummary Summary, PlaybackState Playback)
{
    /// <summary>Time from the click to the first picture in milliseconds; null while there is none.</summary>
    public long? StartupMs { get; init; }

    /// <summary>What the spans between the events amount to, in the sum of all minutes.</summary>
    public QualityCounts Measures { get; init; }

    /// <summary>A session without events.</summary>
    /// <param name="summary">Its summary, of which only the start is taken.</param>
    /// <param name="variantId">The variant that plays first, when it is known.</param>
    public static SessionProgress Begin(SessionSummary summary, Guid? variantId) => new(
        new SessionSummary(summary.StartTime, summary.ClientStartTime),
        new PlaybackState { TimeMs = summary.StartTime.ToUnixTimeMilliseconds(), VariantId = variantId });

    /// <summary>With the next event.</summary>
    /// <param name="next">Its number is higher than that of every event before.</param>
    /// <param name="changes">Told what the event adds, minute by minute; null when nobody asks.</param>
    /// <param name="sign">1, or -1 to take back what it added.</param>
    public SessionProgress With(PlayerEvent next, SessionDeltas? changes, int sign = 1)
    {
        var summary = Summary.With(next);
        var time = Summary.Clock.TimeOf(next).ToUnixTimeMilliseconds();
        var span = PlaybackSpan.Between(Playback, Summary.ToldState is SessionState.Playing, next, time);
        var playback = Playback.After(next, span, summary.ToldState is SessionState.Playing);
        var measures = span.AddTo(Measures, changes, sign);
        var moment = CountsAt(next, summary, span, playback);
        if (moment != default)
        {
            measures += moment;
            changes?.Add(PlaybackSpan.MinuteOf(playback.TimeMs), moment, sign);
        }

        var isFirstPicture = !Summary.HasPicture && summary.HasPicture;
        return new SessionProgress(summary, playback)
        {
            StartupMs = isFirstPicture ? Math.Max(0, time - Summary.StartTime.ToUnixTimeMilliseconds()) : StartupMs,
            Measures = measures,
        };
    }

    /// <summary>After too long a silence: over, until something is heard again.</summary>
    /// <param name="changes">Told what that changes.</param>
    public SessionProgress TimedOut(SessionDeltas changes)
    {
        var over = this with { Summary = Summary with { IsTimedOut = true } };
        changes.AddOutcome(this, sign: -1);
        changes.AddOutcome(over);
        return over;
    }

    /// <summary>What happens at the moment of an event: a stall begins, the quality changes.</summary>
    private QualityCounts CountsAt(PlayerEvent next, SessionSummary summary, PlaybackSpan span, PlaybackState playback)
    {
        var isOn = summary.ToldState is SessionState.Playing or SessionState.Paused;
        var isNewStall = span.EndsStall || playback.Stall != Playback.Stall;
        return new QualityCounts
        {
            RebufferCount = isNewStall && playback.Stall is Stall.Rebuffering ? 1 : 0,
            SeekRebufferCount = isNewStall && playback.Stall is Stall.SeekRebuffering ? 1 : 0,
            RenditionChanges = isOn && next.Type is EventType.QualityChange && Playback.IsChangedBy(next) ? 1 : 0,
        };
    }
}
