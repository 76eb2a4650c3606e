using System.Runtime.InteropServices;

namespace MoviesNow.Telemetry.Sessions;

/// <summary>Counts of quality that add up: over the spans of a session, over sessions, minutes and replicas.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct QualityCounts
{
    public int SessionCount { get; init; }

    public int StartCount { get; init; }

    public int ExitsBeforeStart { get; init; }

    public int StartFailures { get; init; }

    public int PlaybackFailures { get; init; }

    public int Completions { get; init; }

    public long WatchMs { get; init; }

    public long HiddenWatchMs { get; init; }

    public int RebufferCount { get; init; }

    public long RebufferMs { get; init; }

    public int SeekRebufferCount { get; init; }

    public long SeekRebufferMs { get; init; }

    /// <summary>Time that played with a known bitrate.</summary>
    public long BitrateMs { get; init; }

    /// <summary>The bits of that time.</summary>
    public long Bits { get; init; }

    public int RenditionChanges { get; init; }

    /// <summary>Time that the session was playing, stalls included.</summary>
    public long PresentMs { get; init; }

    public static QualityCounts operator +(in QualityCounts a, in QualityCounts b) => new()
    {
        SessionCount = a.SessionCount + b.SessionCount,
        StartCount = a.StartCount + b.StartCount,
        ExitsBeforeStart = a.ExitsBeforeStart + b.ExitsBeforeStart,
        StartFailures = a.StartFailures + b.StartFailures,
        PlaybackFailures = a.PlaybackFailures + b.PlaybackFailures,
        Completions = a.Completions + b.Completions,
        WatchMs = a.WatchMs + b.WatchMs,
        HiddenWatchMs = a.HiddenWatchMs + b.HiddenWatchMs,
        RebufferCount = a.RebufferCount + b.RebufferCount,
        RebufferMs = a.RebufferMs + b.RebufferMs,
        SeekRebufferCount = a.SeekRebufferCount + b.SeekRebufferCount,
        SeekRebufferMs = a.SeekRebufferMs + b.SeekRebufferMs,
        BitrateMs = a.BitrateMs + b.BitrateMs,
        Bits = a.Bits + b.Bits,
        RenditionChanges = a.RenditionChanges + b.RenditionChanges,
        PresentMs = a.PresentMs + b.PresentMs,
    };

    public static QualityCounts operator -(in QualityCounts a) => new()
    {
        SessionCount = -a.SessionCount,
        StartCount = -a.StartCount,
        ExitsBeforeStart = -a.ExitsBeforeStart,
        StartFailures = -a.StartFailures,
        PlaybackFailures = -a.PlaybackFailures,
        Completions = -a.Completions,
        WatchMs = -a.WatchMs,
        HiddenWatchMs = -a.HiddenWatchMs,
        RebufferCount = -a.RebufferCount,
        RebufferMs = -a.RebufferMs,
        SeekRebufferCount = -a.SeekRebufferCount,
        SeekRebufferMs = -a.SeekRebufferMs,
        BitrateMs = -a.BitrateMs,
        Bits = -a.Bits,
        RenditionChanges = -a.RenditionChanges,
        PresentMs = -a.PresentMs,
    };
}
