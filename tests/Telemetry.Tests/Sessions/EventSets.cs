using FsCheck;
using FsCheck.Fluent;
using MoviesNow.Telemetry.Events;
using MoviesNow.Telemetry.V1;
using Telemetry.Tests.Hosting;

namespace Telemetry.Tests.Sessions;

/// <summary>Sets of events of one session, as players might send them and worse.</summary>
internal static class EventSets
{
    private static readonly EventType[] Types =
    [
        EventType.Play, EventType.Play, EventType.Pause, EventType.Resume, EventType.Complete, EventType.Error, EventType.Error,
        EventType.Heartbeat, EventType.Seek, EventType.BufferingStart,
    ];

    private static readonly SessionEndReason[] Reasons =
        [SessionEndReason.Completed, SessionEndReason.UserExit, SessionEndReason.Error, SessionEndReason.Network, SessionEndReason.Drm];

    /// <summary>Up to 25 events with distinct numbers, in any order.</summary>
    public static Gen<PlayerEvent[]> Shuffled =>
        from count in Gen.Choose(0, 25)
        from gaps in Gen.Choose(1, 3).ArrayOf(count)
        from events in One.ArrayOf(count)
        from shuffled in Gen.Shuffle(events.Select((e, i) => e with { Sequence = gaps.Take(i + 1).Sum() }))
        select shuffled;

    private static Gen<PlayerEvent> One =>
        from type in Gen.Elements(Types)
        from reason in Gen.Elements(Reasons)
        from fatal in Gen.Elements(true, false)
        from position in Gen.Choose(0, 86_400_000)
        from clientSeconds in Gen.Choose(-100, 10_000)
        from receiveSeconds in Gen.Choose(0, 9_000)
        select new PlayerEvent(1, type, Samples.Noon.AddSeconds(clientSeconds), Samples.Noon.AddSeconds(receiveSeconds))
        {
            PositionMs = position,
            FromPositionMs = type is EventType.Seek ? 86_400_000 - position : 0,
            IsFatal = type is EventType.Error && fatal,
            ErrorCode = type is EventType.Error ? "DECODER_FAILED" : null,
            CompleteReason = type is EventType.Complete ? reason : SessionEndReason.Unspecified,
        };
}
