using Google.Protobuf.WellKnownTypes;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Telemetry.Rejected;

/// <summary>An event that was rejected and kept.</summary>
/// <param name="Id">UUIDv7 of the moment when it was kept.</param>
/// <param name="SessionId">The session.</param>
/// <param name="ReceiveTime">When it arrived.</param>
/// <param name="Reason">Why it was rejected.</param>
/// <param name="Event">The event, its texts cut.</param>
internal sealed record KeptEvent(Guid Id, Guid SessionId, DateTimeOffset ReceiveTime, string Reason, PlaybackEvent Event)
{
    public RejectedEvent ToMessage() => new()
    {
        Id = Id.ToString(),
        SessionId = SessionId.ToString(),
        Event = Event,
        Reason = Reason,
        ReceiveTime = ReceiveTime.ToTimestamp(),
    };
}
