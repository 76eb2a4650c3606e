using MoviesNow.Telemetry.V1;

namespace MoviesNow.Telemetry.Cmcd;

/// <summary>
/// What the reports of a session said last: most reports leave out what has not changed, or what their player does not tell, and an
/// event must tell it all the same. Players that do not tell the playhead are followed by the clock: while they play it moves on.
/// </summary>
internal sealed class CmcdMemory
{
    // Players that are there report more often. Whoever was silent for longer may have slept.
    private static readonly TimeSpan MaxAdvance = TimeSpan.FromMinutes(1);

    private DateTimeOffset _time;
    private bool _isPlaying;
    private double _rate = 1;

    /// <summary>The playhead in milliseconds.</summary>
    public int PositionMs { get; private set; }

    /// <summary>Bits per second of the picture; 0 when unknown.</summary>
    public int BitrateBps { get; private set; }

    /// <summary>A session that is known to stand there.</summary>
    public static CmcdMemory At(int positionMs, int bitrateBps) => new() { PositionMs = positionMs, BitrateBps = bitrateBps };

    /// <summary>Moves the playhead on to a moment.</summary>
    public void Advance(DateTimeOffset time)
    {
        if (time <= _time)
        {
            return;
        }

        if (_isPlaying)
        {
            var elapsed = time - _time < MaxAdvance ? time - _time : MaxAdvance;
            PositionMs = (int)Math.Min(CmcdEvents.MaxPositionMs, PositionMs + (elapsed.TotalMilliseconds * _rate));
        }

        _time = time;
    }

    /// <summary>Takes in what a report says.</summary>
    /// <param name="time">When it was made. Of one that came late only the values count: where playback stands by now is known already.</param>
    /// <param name="type">The event that it is.</param>
    /// <param name="isFatal">Whether playback cannot go on.</param>
    /// <param name="rate">The speed that it tells; 0 for none, which means 1.</param>
    /// <param name="positionMs">The playhead that it tells, if any.</param>
    /// <param name="bitrateBps">The bitrate that it tells, if any.</param>
    public void Take(DateTimeOffset time, EventType type, bool isFatal, double rate, int? positionMs, int? bitrateBps)
    {
        BitrateBps = bitrateBps ?? BitrateBps;
        PositionMs = positionMs ?? PositionMs;
        if (time < _time)
        {
            return;
        }

        _rate = rate > 0 ? rate : 1;
        _isPlaying = type switch
        {
            EventType.Play => true,
            EventType.Pause or EventType.BufferingStart or EventType.Complete or EventType.Seek => false,
            EventType.Error when isFatal => false,
            _ => _isPlaying,
        };
    }
}
