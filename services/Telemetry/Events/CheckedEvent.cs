using System.Text;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Telemetry.Events;

/// <summary>An event as it was sent, and what the rules make of it.</summary>
/// <param name="Sequence">The number that it was sent with.</param>
/// <param name="Usable">What can be stored; null when it is rejected.</param>
/// <param name="Rejected">What is kept of a rejected one; null when it is usable.</param>
/// <param name="Reason">Why it is rejected; empty when it is usable.</param>
internal sealed record CheckedEvent(long Sequence, PlayerEvent? Usable, PlaybackEvent? Rejected, string Reason)
{
    // Enough to see what was wrong with a text that is too long.
    private const int MaxKeptTextBytes = 2_048;

    public static CheckedEvent Of(PlaybackEvent sent, DateTimeOffset receiveTime) => EventRules.Violations(sent).FirstOrDefault() is { } violation
        ? new CheckedEvent(sent.Sequence, Usable: null, Bounded(sent), violation.Reason)
        : new CheckedEvent(sent.Sequence, PlayerEvent.From(sent, receiveTime), Rejected: null, "");

    /// <summary>The event after something else than the rules refused it.</summary>
    public CheckedEvent Refused(string reason) => new(Sequence, Usable: null, Usable!.ToMessage(), reason);

    /// <summary>The event with its known fields only and its texts cut, so that what is kept is bounded.</summary>
    private static PlaybackEvent Bounded(PlaybackEvent sent) => new()
    {
        Sequence = sent.Sequence,
        Type = sent.Type,
        ClientTime = sent.ClientTime is null ? null : new() { Seconds = sent.ClientTime.Seconds, Nanos = sent.ClientTime.Nanos },
        PositionMs = sent.PositionMs,
        FromPositionMs = sent.FromPositionMs,
        VariantId = Cut(sent.VariantId),
        BitrateBps = sent.BitrateBps,
        ErrorCode = Cut(sent.ErrorCode),
        IsFatal = sent.IsFatal,
        CompleteReason = sent.CompleteReason,
        AttributesJson = Cut(sent.AttributesJson),
        Visibility = sent.Visibility,
        PlaybackRate = sent.PlaybackRate,
    };

    private static string Cut(string text)
    {
        if (Encoding.UTF8.GetByteCount(text) <= MaxKeptTextBytes)
        {
            return text;
        }

        var kept = new StringBuilder();
        var bytes = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > MaxKeptTextBytes)
            {
                break;
            }

            kept.Append(rune);
        }

        return kept.ToString();
    }
}
