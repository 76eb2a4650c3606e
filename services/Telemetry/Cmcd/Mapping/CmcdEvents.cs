using Google.Protobuf.WellKnownTypes;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Telemetry.Cmcd;

/// <summary>What a report means for playback: one event. <c>docs/cmcd.md</c> has the table.</summary>
internal static class CmcdEvents
{
    /// <summary>The furthest position that an event may tell.</summary>
    public const int MaxPositionMs = 86_400_000;

    private const int MaxBitrateBps = 1_000_000_000;
    private const int BitsPerKilobit = 1_000;
    private const decimal MinRate = 0.0625m;
    private const decimal MaxRate = 16;
    private const int FirstErrorStatus = 400;

    /// <summary>Whether a report is about an advertisement, whose content and playhead are not the session's.</summary>
    public static bool IsOfAd(CmcdReport report) => report.Text("e") is "as" or "ae" or "sk";

    /// <summary>The event of a usable report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="sequence">The event's number.</param>
    /// <param name="time">When it happened, by the player's clock.</param>
    /// <param name="memory">What the session's reports said before; changed to what they say now.</param>
    public static PlaybackEvent Of(CmcdReport report, long sequence, DateTimeOffset time, CmcdMemory memory)
    {
        var type = TypeOf(report);
        var isFatal = type is EventType.Error && report.Text("sta") is "f";
        var rate = RateOf(report, type);
        memory.Advance(time);
        var from = memory.PositionMs;
        memory.Take(time, type, isFatal, rate, PlayheadOf(report), BitrateOf(report));
        var happened = new PlaybackEvent
        {
            Sequence = sequence,
            Type = type,
            ClientTime = time.ToTimestamp(),
            PositionMs = memory.PositionMs,
            BitrateBps = memory.BitrateBps,
            Visibility = VisibilityOf(report),
            PlaybackRate = rate,
            AttributesJson = CmcdAttributes.Of(report),
        };
        switch (type)
        {
            case EventType.Seek:
                happened.FromPositionMs = from;
                break;
            case EventType.Error:
                (happened.ErrorCode, happened.IsFatal) = (ErrorOf(report), isFatal);
                break;
            case EventType.Complete:
                happened.CompleteReason = report.Text("sta") is "q" ? SessionEndReason.UserExit : SessionEndReason.Completed;
                break;
            default:
                break;
        }

        return happened;
    }

    private static EventType TypeOf(CmcdReport report) => report.Text("e") switch
    {
        "ps" when report.Text("sta") is "k" => EventType.Seek,
        "ps" or "t" or null => OfState(report),
        "e" => EventType.Error,
        "rr" when report.Number("rc") is 0 or >= FirstErrorStatus => EventType.Error,
        "bc" => EventType.QualityChange,
        "pr" => EventType.RateChange,
        "b" => EventType.VisibilityChange,
        _ => EventType.Heartbeat,
    };

    /// <summary>
    /// What the state is by now. It is said again in later reports, which change nothing then. A seek is an event, not a state: only the
    /// report of its begin makes one.
    /// </summary>
    private static EventType OfState(CmcdReport report) => report.Text("sta") switch
    {
        "p" => EventType.Play,
        "r" => EventType.BufferingStart,
        "a" or "w" => EventType.Pause,
        "e" or "q" => EventType.Complete,
        "f" => EventType.Error,
        null when report.Text("ot") is "v" or "av" or "a" => OfRequest(report),
        _ => EventType.Heartbeat,
    };

    /// <summary>What a request for media tells by itself: it is urgent until the buffer is filled, and says when that ran empty.</summary>
    private static EventType OfRequest(CmcdReport report) =>
        report.Flag("bs") is true ? EventType.BufferingStart : report.Flag("su") is true ? EventType.Heartbeat : EventType.Play;

    /// <summary>Null when the report does not tell it. That of live media is a time of day; that of an advertisement is its own.</summary>
    private static int? PlayheadOf(CmcdReport report) =>
        report.Number("pt") is >= 0 and <= MaxPositionMs and var playhead && !IsOfAd(report) ? (int)playhead : null;

    /// <summary>That of the picture that is shown, or else selected; null when the report does not tell.</summary>
    private static int? BitrateOf(CmcdReport report)
    {
        if (report.Version == 1)
        {
            return report.Text("ot") is "v" or "av" ? ToBps(report.Number("br")) : null;
        }

        return ToBps(OfPicture(report.Items("pb")) ?? OfPicture(report.Items("br")));
    }

    private static decimal? OfPicture(IReadOnlyList<CmcdItem> items)
    {
        foreach (var item in items)
        {
            if (item.ObjectType is "v" or "av" or "")
            {
                return item.Value.Number;
            }
        }

        return null;
    }

    private static int? ToBps(decimal? kilobits) =>
        kilobits is > 0 and <= MaxBitrateBps / BitsPerKilobit ? (int)(kilobits.Value * BitsPerKilobit) : null;

    private static Visibility VisibilityOf(CmcdReport report) => report.Flag("bg") switch
    {
        true => Visibility.Hidden,
        null when report.Text("e") is not "b" => Visibility.Unspecified,
        _ => Visibility.Visible,
    };

    // 1 is what reports leave out; 0 is a picture that stands.
    private static double RateOf(CmcdReport report, EventType type) =>
        report.Number("pr") is >= MinRate and <= MaxRate and var rate ? (double)rate : type is EventType.RateChange ? 1 : 0;

    private static string ErrorOf(CmcdReport report) => report.Items("ec") is [var first, ..]
        ? CmcdErrorCode.Of(first.Value.Text)
        : report.Number("rc") switch
        {
            null => "UNKNOWN",
            0 => "NO_RESPONSE",
            var status => CmcdErrorCode.Of($"RESPONSE_{status:F0}"),
        };
}
