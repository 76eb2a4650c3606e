using Google.Protobuf.WellKnownTypes;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Telemetry.Sessions;

/// <summary>One playback session as it is stored.</summary>
internal sealed record SessionRecord
{
    public required Guid Id { get; init; }

    /// <summary>Subject of the token that started it; empty when anonymous.</summary>
    public required string Viewer { get; init; }

    public required Guid TitleId { get; init; }

    public Guid? EpisodeId { get; init; }

    public Guid? VariantId { get; init; }

    public string Device { get; init; } = "";

    public string AppName { get; init; } = "";

    public string AppVersion { get; init; } = "";

    public NetworkType Network { get; init; }

    /// <summary>As the player told it; empty when it did not.</summary>
    public string Country { get; init; } = "";

    /// <summary>Salted SHA-256 of the address; the address itself is kept nowhere.</summary>
    public byte[]? AddressHash { get; init; }

    /// <summary>What is kept of the user agent.</summary>
    public string? UserAgent { get; init; }

    public required SessionProgress Progress { get; init; }

    public SessionSummary Summary => Progress.Summary;

    public SessionDimensions Dimensions => new(TitleId, VariantId ?? Guid.Empty, Country, Device, AppVersion);

    public PlaybackSession ToMessage() => new()
    {
        Id = Id.ToString(),
        Viewer = Viewer,
        Content = new PlaybackContent { TitleId = TitleId.ToString(), EpisodeId = EpisodeId?.ToString() ?? "", VariantId = VariantId?.ToString() ?? "" },
        Client = new PlaybackClient { Device = Device, AppName = AppName, AppVersion = AppVersion, Network = Network, Country = Country },
        State = Summary.State,
        EndReason = Summary.EndReason,
        StartTime = Summary.StartTime.ToTimestamp(),
        LastEventTime = Summary.LastEventTime.ToTimestamp(),
        EndTime = Summary.EndTime?.ToTimestamp(),
        EventCount = Summary.EventCount,
        LastSequence = Summary.LastSequence,
        LastPositionMs = Summary.FurthestPositionMs,
        StopPositionMs = Progress.Playback.PositionMs,
        Measures = MeasuresOf(Progress),
        ClockOffsetMs = (long)Summary.Clock.Offset.TotalMilliseconds,
        IsClockSuspect = Summary.IsClockSuspect,
    };

    private static SessionMeasures MeasuresOf(SessionProgress progress)
    {
        var (counts, message) = (progress.Measures, new SessionMeasures());
        if (progress.StartupMs is { } startup)
        {
            message.StartupTimeMs = startup;
        }

        message.WatchTimeMs = counts.WatchMs;
        message.HiddenWatchTimeMs = counts.HiddenWatchMs;
        message.RebufferCount = counts.RebufferCount;
        message.RebufferTimeMs = counts.RebufferMs;
        message.SeekRebufferCount = counts.SeekRebufferCount;
        message.SeekRebufferTimeMs = counts.SeekRebufferMs;
        message.AverageBitrateBps = counts.BitrateMs > 0 ? counts.Bits * 1_000 / counts.BitrateMs : 0;
        message.RenditionChanges = counts.RenditionChanges;
        return message;
    }
}
