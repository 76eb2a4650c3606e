using Google.Protobuf.WellKnownTypes;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Telemetry.Events;

/// <summary>One event that keeps the contract's rules, as it is stored.</summary>
internal sealed record PlayerEvent(int Sequence, EventType Type, DateTimeOffset ClientTime, DateTimeOffset ReceiveTime)
{
    public int PositionMs { get; init; }

    public int FromPositionMs { get; init; }

    public Guid? VariantId { get; init; }

    public int BitrateBps { get; init; }

    public string? ErrorCode { get; init; }

    public bool IsFatal { get; init; }

    public SessionEndReason CompleteReason { get; init; }

    public string? AttributesJson { get; init; }

    public Visibility Visibility { get; init; }

    /// <summary>Speed from this event on; 0 when it does not say.</summary>
    public double PlaybackRate { get; init; }

    /// <summary>The stored form of an event that <see cref="EventRules"/> found nothing wrong with.</summary>
    public static PlayerEvent From(PlaybackEvent sent, DateTimeOffset receiveTime) =>
        new((int)sent.Sequence, sent.Type, sent.ClientTime.ToDateTimeOffset().ToStoredPrecision(), receiveTime)
        {
            PositionMs = (int)sent.PositionMs,
            FromPositionMs = (int)sent.FromPositionMs,
            VariantId = sent.VariantId.Length == 0 ? null : Guid.ParseExact(sent.VariantId, "D"),
            BitrateBps = (int)sent.BitrateBps,
            ErrorCode = sent.ErrorCode.Length == 0 ? null : sent.ErrorCode,
            IsFatal = sent.IsFatal,
            CompleteReason = sent.CompleteReason,
            AttributesJson = sent.AttributesJson.Length == 0 ? null : sent.AttributesJson,
            Visibility = sent.Visibility,
            PlaybackRate = sent.PlaybackRate,
        };

    public PlaybackEvent ToMessage() => new()
    {
        Sequence = Sequence,
        Type = Type,
        ClientTime = ClientTime.ToTimestamp(),
        PositionMs = PositionMs,
        FromPositionMs = FromPositionMs,
        VariantId = VariantId?.ToString() ?? "",
        BitrateBps = BitrateBps,
        ErrorCode = ErrorCode ?? "",
        IsFatal = IsFatal,
        CompleteReason = CompleteReason,
        AttributesJson = AttributesJson ?? "",
        Visibility = Visibility,
        PlaybackRate = PlaybackRate,
    };
}
