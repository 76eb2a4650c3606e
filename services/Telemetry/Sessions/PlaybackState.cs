using MoviesNow.Telemetry.Events;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Telemetry.Sessions;

/// <summary>Waiting for data.</summary>
internal enum Stall : short
{
    /// <summary>Data is there.</summary>
    None,

    /// <summary>The player waits, but the viewer does not: paused, or no picture yet.</summary>
    Unseen,

    /// <summary>The viewer waits.</summary>
    Rebuffering,

    /// <summary>The viewer waits for the place that they jumped to.</summary>
    SeekRebuffering,
}

/// <summary>How playback stands after an event: what the measures of the time until the next one depend on.</summary>
internal sealed record PlaybackState
{
    // A player that shows a few frames before it stalls has not arrived yet.
    private const int SettledMs = 1_000;

    /// <summary>The latest moment that an event told, in milliseconds since 1970 by the server's clock. It never goes back.</summary>
    public long TimeMs { get; init; }

    /// <summary>Position of the last event.</summary>
    public int PositionMs { get; init; }

    public double Rate { get; init; } = 1;

    public bool IsHidden { get; init; }

    public Stall Stall { get; init; }

    /// <summary>How far it must play until the last seek is over; 0 when it is.</summary>
    public int AfterSeekMs { get; init; }

    /// <summary>Bits per second that play; 0 when unknown.</summary>
    public int BitrateBps { get; init; }

    /// <summary>The variant that plays; null when unknown.</summary>
    public Guid? VariantId { get; init; }

    /// <summary>The state after an event.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="span">The time since the event before.</param>
    /// <param name="isPlaying">Whether the session is playing after the event.</param>
    public PlaybackState After(PlayerEvent happened, PlaybackSpan span, bool isPlaying)
    {
        var afterSeek = happened.Type is EventType.Seek ? SettledMs : Math.Max(0, AfterSeekMs - span.AdvancedMs);
        var before = span.EndsStall ? Stall.None : Stall;
        var stall = happened.Type switch
        {
            EventType.BufferingStart when before is Stall.None => Stall.Unseen,
            EventType.BufferingEnd or EventType.Play => Stall.None,
            // From here on the viewer waits for another place.
            EventType.Seek when before is not Stall.None => Stall.Unseen,
            _ => before,
        };
        if (stall is Stall.Unseen && isPlaying)
        {
            stall = afterSeek > 0 ? Stall.SeekRebuffering : Stall.Rebuffering;
        }

        return this with
        {
            TimeMs = span.EndMs,
            PositionMs = happened.PositionMs,
            Rate = happened.PlaybackRate > 0 ? happened.PlaybackRate : Rate,
            IsHidden = happened.Visibility is Visibility.Unspecified ? IsHidden : happened.Visibility is Visibility.Hidden,
            Stall = stall,
            AfterSeekMs = afterSeek,
            BitrateBps = happened.BitrateBps > 0 || happened.Type is EventType.QualityChange ? happened.BitrateBps : BitrateBps,
            VariantId = happened.VariantId ?? (happened.Type is EventType.QualityChange ? null : VariantId),
        };
    }

    /// <summary>Whether a change of quality is one to another variant: told by its id, or else by its bitrate.</summary>
    public bool IsChangedBy(PlayerEvent qualityChange) => qualityChange.VariantId is { } variant && VariantId is { } current
        ? variant != current
        : qualityChange.BitrateBps == 0 || qualityChange.BitrateBps != BitrateBps;
}
