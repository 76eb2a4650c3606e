using MoviesNow.Telemetry.Events;
using MoviesNow.Telemetry.Sessions;
using MoviesNow.Telemetry.V1;
using Telemetry.Tests.Hosting;

namespace Telemetry.Tests.Sessions;

/// <summary>
/// The measures as docs/sessions.md tells them, step by step, for sessions that start at noon by both clocks: each span looks back at
/// all events before it.
/// </summary>
internal sealed class ReferencePlayback
{
    private readonly SortedDictionary<long, QualityCounts> _minutes = [];
    private readonly List<PlayerEvent> _before = [];
    private long _now = Samples.Noon.ToUnixTimeMilliseconds();
    private bool _isWaiting;
    private string _stall = "";
    private long _settlesIn;

    /// <summary>Counts of each minute in which there are any.</summary>
    public Dictionary<long, QualityCounts> Minutes => _minutes.Where(minute => minute.Value != default).ToDictionary();

    public QualityCounts Total => _minutes.Values.Aggregate(default(QualityCounts), (sum, minute) => sum + minute);

    public long? StartupMs { get; private set; }

    public static ReferencePlayback Run(IEnumerable<PlayerEvent> events)
    {
        var reference = new ReferencePlayback();
        foreach (var e in events.OrderBy(e => e.Sequence))
        {
            reference.Take(e);
        }

        return reference;
    }

    private SessionState State => ReferenceMachine.Run(_before).State;

    private static long TimeOf(PlayerEvent e)
    {
        var isPossible = e.ClientTime >= Samples.Noon.AddMinutes(-5) && e.ClientTime <= e.ReceiveTime.AddMinutes(5);
        return (isPossible ? e.ClientTime : e.ReceiveTime).ToUnixTimeMilliseconds();
    }

    private void Take(PlayerEvent e)
    {
        var end = Math.Max(_now, TimeOf(e));
        if (State is SessionState.Playing)
        {
            Span(e, end);
        }

        _now = end;
        if (e.Type is EventType.Play && _before.TrueForAll(b => b.Type is not EventType.Play))
        {
            StartupMs = Math.Max(0, TimeOf(e) - Samples.Noon.ToUnixTimeMilliseconds());
        }

        if (e.Type is EventType.QualityChange && State is SessionState.Playing or SessionState.Paused && IsOther(e))
        {
            Count(end, new QualityCounts { RenditionChanges = 1 });
        }

        _before.Add(e);
        Wait(e, end);
    }

    private void Span(PlayerEvent e, long end)
    {
        var advanced = (e.Type is EventType.Seek ? e.FromPositionMs : e.PositionMs) - _before[^1].PositionMs;
        var rate = _before.Select(b => b.PlaybackRate).LastOrDefault(r => r > 0, 1);
        var played = advanced <= 0 ? 0 : Math.Min(end - _now, (long)Math.Floor(advanced / rate));
        var isEndLost = _isWaiting && e.Type is not EventType.BufferingEnd && played > 1_000;
        played = _isWaiting && !isEndLost ? 0 : played;
        var stalled = _isWaiting ? Math.Min(300_000, end - _now - played) : 0;
        var isHidden = _before.Select(b => b.Visibility).LastOrDefault(v => v is not Visibility.Unspecified) is Visibility.Hidden;
        var bitrate = _before.LastOrDefault(b => b.BitrateBps > 0 || b.Type is EventType.QualityChange)?.BitrateBps ?? 0;
        Spread(_now, stalled, ms => string.Equals(_stall, "seek", StringComparison.Ordinal) ? new() { SeekRebufferMs = ms } : new() { RebufferMs = ms });
        Spread(_now + stalled, played, ms => isHidden ? new() { HiddenWatchMs = ms } : new() { WatchMs = ms });
        Spread(_now + stalled, played, ms => bitrate == 0 ? default : new() { BitrateMs = ms, Bits = ms * bitrate / 1_000 });
        Spread(_now, Math.Max(stalled + played, Math.Min(end - _now, 300_000)), ms => new() { PresentMs = ms });
        _settlesIn -= played > 0 ? advanced : 0;
        (_isWaiting, _stall) = isEndLost ? (false, "") : (_isWaiting, _stall);
    }

    private void Wait(PlayerEvent e, long now)
    {
        var before = _stall;
        switch (e.Type)
        {
            case EventType.BufferingStart:
                _isWaiting = true;
                break;
            case EventType.BufferingEnd or EventType.Play:
                (_isWaiting, _stall) = (false, "");
                break;
            case EventType.Seek:
                (_settlesIn, _stall) = (1_000, "");
                break;
        }

        if (!_isWaiting || _stall.Length > 0 || State is not SessionState.Playing)
        {
            return;
        }

        _stall = _settlesIn > 0 ? "seek" : "data";
        if (!string.Equals(before, _stall, StringComparison.Ordinal))
        {
            Count(now, _settlesIn > 0 ? new() { SeekRebufferCount = 1 } : new() { RebufferCount = 1 });
        }
    }

    private bool IsOther(PlayerEvent e)
    {
        var current = _before.LastOrDefault(b => b.VariantId is not null || b.Type is EventType.QualityChange) is { } told ? told.VariantId : PlaybackSets.FirstVariant;
        var bitrate = _before.LastOrDefault(b => b.BitrateBps > 0 || b.Type is EventType.QualityChange)?.BitrateBps ?? 0;
        return e.VariantId is not null && current is not null ? e.VariantId != current : e.BitrateBps == 0 || e.BitrateBps != bitrate;
    }

    private void Count(long time, QualityCounts counts) =>
        _minutes[time / 60_000] = _minutes.GetValueOrDefault(time / 60_000) + counts;

    private void Spread(long from, long length, Func<long, QualityCounts> counts)
    {
        while (length > 0)
        {
            var piece = Math.Min(length, 60_000 - (from % 60_000));
            Count(from, counts(piece));
            (from, length) = (from + piece, length - piece);
        }
    }
}
