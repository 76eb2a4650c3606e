using Google.Protobuf.WellKnownTypes;
using MoviesNow.Telemetry.V1;

namespace Telemetry.Tests.Hosting;

internal static class Samples
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>An event that keeps every rule.</summary>
    public static PlaybackEvent Event(long sequence, EventType type = EventType.Heartbeat, Action<PlaybackEvent>? change = null)
    {
        var sample = new PlaybackEvent { Sequence = sequence, Type = type, ClientTime = Noon.ToTimestamp(), PositionMs = sequence * 10 % 86_400_000 };
        if (type is EventType.Error)
        {
            sample.ErrorCode = "DECODER_FAILED";
        }

        if (type is EventType.Complete)
        {
            sample.CompleteReason = SessionEndReason.Completed;
        }

        change?.Invoke(sample);
        return sample;
    }

    public static AppendEventsRequest Append(StartSessionResponse session, params IEnumerable<PlaybackEvent> events) =>
        new() { SessionId = session.SessionId, SessionToken = session.SessionToken, Events = { events } };

    public static string Verdicts(IEnumerable<EventResult> results) =>
        string.Join(' ', results.Select(result => $"{result.Sequence}:{result.Verdict}{(result.Reason.Length > 0 ? $"({result.Reason})" : "")}"));
}
