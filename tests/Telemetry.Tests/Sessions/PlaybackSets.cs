using FsCheck;
using FsCheck.Fluent;
using MoviesNow.Telemetry.Events;
using MoviesNow.Telemetry.V1;
using Telemetry.Tests.Hosting;

namespace Telemetry.Tests.Sessions;

/// <summary>Events of one session whose times and positions move on as those of players do: mostly, but not always.</summary>
internal static class PlaybackSets
{
    public static readonly Guid FirstVariant = Guid.Parse("0198c0de-7a5b-7c3d-8e9f-000000000001");

    private static readonly Guid OtherVariant = Guid.Parse("0198c0de-7a5b-7c3d-8e9f-000000000002");

    private static readonly EventType[] Types =
    [
        .. Enum.GetValues<EventType>().Where(type => type is not EventType.Unspecified),
        EventType.Heartbeat, EventType.Heartbeat, EventType.Heartbeat, EventType.Play, EventType.BufferingStart, EventType.BufferingEnd, EventType.Seek,
    ];

    /// <summary>Up to 30 events in the order of their numbers.</summary>
    public static Gen<PlayerEvent[]> InOrder =>
        from count in Gen.Choose(0, 30)
        from steps in Step.ArrayOf(count)
        select Walk(steps).ToArray();

    private static Gen<(PlayerEvent Event, int ElapsedMs, int AdvancedMs, int Gap)> Step =>
        from type in Gen.Elements(Types)
        from elapsed in Gen.Elements(0, 40, 700, 1_500, 15_000, 15_000, 15_000, 75_000, 900_000, -4_000, -700_000)
        from advanced in Gen.Elements(0, 40, 900, 1_100, 14_900, 15_000, 30_000, 75_000, 3_000_000, -60_000)
        from gap in Gen.Choose(1, 3)
        from rate in Gen.Elements(0, 0, 0, 0.5, 1, 1.75, 16)
        from visibility in Gen.Elements(Enum.GetValues<Visibility>())
        from bitrate in Gen.Elements(0, 0, 800_000, 4_500_000)
        from variant in Gen.Elements<Guid?>(null, null, FirstVariant, OtherVariant)
        from isOdd in Gen.Elements(true, false)
        from reason in Gen.Elements(SessionEndReason.Completed, SessionEndReason.UserExit, SessionEndReason.Drm)
        select (new PlayerEvent(1, type, default, default)
        {
            PlaybackRate = type is EventType.RateChange && rate == 0 ? 2 : rate,
            Visibility = type is EventType.VisibilityChange && visibility is Visibility.Unspecified ? Visibility.Hidden : visibility,
            BitrateBps = bitrate,
            VariantId = type is EventType.Play or EventType.QualityChange ? variant : null,
            IsFatal = type is EventType.Error && isOdd,
            ErrorCode = type is EventType.Error ? "DECODER_FAILED" : null,
            CompleteReason = type is EventType.Complete ? reason : SessionEndReason.Unspecified,
        }, elapsed, advanced, gap);

    private static IEnumerable<PlayerEvent> Walk(IEnumerable<(PlayerEvent Event, int ElapsedMs, int AdvancedMs, int Gap)> steps)
    {
        var (sequence, time, position, arrival) = (0, Samples.Noon, 0, Samples.Noon);
        foreach (var step in steps)
        {
            var before = position;
            sequence += step.Gap;
            time = time.AddMilliseconds(step.ElapsedMs);
            position = Math.Clamp(position + step.AdvancedMs, 0, 86_400_000);
            arrival = arrival.AddMilliseconds(Math.Max(0, step.ElapsedMs) + step.Gap);
            yield return step.Event with
            {
                Sequence = sequence,
                ClientTime = time,
                ReceiveTime = arrival,
                PositionMs = position,
                FromPositionMs = step.Event.Type is EventType.Seek ? before + Math.Max(0, step.ElapsedMs / 2) : 0,
            };
        }
    }
}
