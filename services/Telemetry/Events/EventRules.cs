using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MoviesNow.ServiceDefaults.Requests;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Telemetry.Events;

/// <summary>Something wrong with an event.</summary>
/// <param name="Field">The field of the event.</param>
/// <param name="Reason">Why the event is rejected, UPPER_SNAKE.</param>
/// <param name="Requirement">What the field must be.</param>
internal sealed record EventViolation(string Field, string Reason, string Requirement);

/// <summary>The rules that the contract states for the fields of an event.</summary>
internal static class EventRules
{
    /// <summary>The greatest number that players may give an event.</summary>
    public const int MaxSequence = 10_000_000;

    /// <summary>
    /// The most events of one session. An event that comes late has all of its session's events taken once more, so this bounds what one caller
    /// can make the database read. A heartbeat every ten seconds takes eleven days to get there.
    /// </summary>
    public const int MaxSessionEvents = 100_000;

    private const int MaxPositionMs = 86_400_000;
    private const int MaxBitrateBps = 1_000_000_000;
    private const int MaxErrorCodeLength = 64;
    private const int MaxAttributesBytes = 2_048;

    private const int MaxAttributesDepth = 64;
    private const double MinPlaybackRate = 0.0625;
    private const double MaxPlaybackRate = 16;

    private static readonly SearchValues<char> ErrorCodeCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

    /// <summary>Everything that is wrong with an event, most telling first; nothing when it can be stored.</summary>
    /// <param name="sent">The event.</param>
    /// <param name="maxSequence">The greatest number that it may have: collectors may number events by time, which takes more.</param>
    public static IEnumerable<EventViolation> Violations(PlaybackEvent sent, int maxSequence = MaxSequence)
    {
        if (sent.Sequence < 1 || sent.Sequence > maxSequence)
            yield return new("sequence", "SEQUENCE_OUT_OF_RANGE", $"must be 1 to {maxSequence.ToString("N0", CultureInfo.InvariantCulture)}");
        if (sent.Type is EventType.Unspecified || !System.Enum.IsDefined(sent.Type))
            yield return new("type", "TYPE_UNKNOWN", "must be a value of the contract");
        if (sent.ClientTime is null)
            yield return new("client_time", "CLIENT_TIME_REQUIRED", "is required");
        else if (!ClientTimes.Contains(sent.ClientTime))
            yield return new("client_time", "CLIENT_TIME_OUT_OF_RANGE", ClientTimes.Requirement);
        if (sent.PositionMs is < 0 or > MaxPositionMs)
            yield return new("position_ms", "POSITION_OUT_OF_RANGE", "must be 0 to 86,400,000");
        if (sent.FromPositionMs is < 0 or > MaxPositionMs)
            yield return new("from_position_ms", "FROM_POSITION_OUT_OF_RANGE", "must be 0 to 86,400,000");
        if (sent.FromPositionMs != 0 && sent.Type is not EventType.Seek)
            yield return new("from_position_ms", "FROM_POSITION_NOT_ALLOWED", "is only for SEEK");
        if (sent.BitrateBps is < 0 or > MaxBitrateBps)
            yield return new("bitrate_bps", "BITRATE_OUT_OF_RANGE", "must be 0 to 1,000,000,000");
        foreach (var violation in ViewViolations(sent))
            yield return violation;
        foreach (var violation in TextViolations(sent))
            yield return violation;
        foreach (var violation in EndViolations(sent))
            yield return violation;
    }

    private static IEnumerable<EventViolation> ViewViolations(PlaybackEvent sent)
    {
        if (!System.Enum.IsDefined(sent.Visibility))
            yield return new("visibility", "VISIBILITY_UNKNOWN", "must be a value of the contract");
        if (sent.Type is EventType.VisibilityChange && sent.Visibility is Visibility.Unspecified)
            yield return new("visibility", "VISIBILITY_REQUIRED", "is required for VISIBILITY_CHANGE");
        if (sent.PlaybackRate is not (0 or >= MinPlaybackRate and <= MaxPlaybackRate))
            yield return new("playback_rate", "PLAYBACK_RATE_OUT_OF_RANGE", "must be 0.0625 to 16, or 0");
        if (sent.Type is EventType.RateChange && sent.PlaybackRate == 0)
            yield return new("playback_rate", "PLAYBACK_RATE_REQUIRED", "is required for RATE_CHANGE");
    }

    private static IEnumerable<EventViolation> TextViolations(PlaybackEvent sent)
    {
        if (sent.VariantId.Length > 0 && new RequestCheck().OptionalId("variant_id", sent.VariantId) is null)
            yield return new("variant_id", "VARIANT_MALFORMED", "must be a UUID");
        if (sent.VariantId.Length > 0 && sent.Type is not (EventType.QualityChange or EventType.Play))
            yield return new("variant_id", "VARIANT_NOT_ALLOWED", "is only for QUALITY_CHANGE and PLAY");
        if (Encoding.UTF8.GetByteCount(sent.AttributesJson) > MaxAttributesBytes)
            yield return new("attributes_json", "ATTRIBUTES_TOO_LARGE", "must have at most 2,048 bytes");
        else if (sent.AttributesJson.Length > 0 && JsonDepth(sent.AttributesJson) is var depth && depth is null or > MaxAttributesDepth)
            yield return depth is null
                ? new("attributes_json", "ATTRIBUTES_NOT_JSON", "must be JSON")
                : new("attributes_json", "ATTRIBUTES_TOO_DEEP", "must be nested at most 64 deep");
    }

    private static IEnumerable<EventViolation> EndViolations(PlaybackEvent sent)
    {
        if (sent.Type is EventType.Error && sent.ErrorCode.Length == 0)
            yield return new("error_code", "ERROR_CODE_REQUIRED", "is required for ERROR");
        if (sent.Type is not EventType.Error && sent.ErrorCode.Length > 0)
            yield return new("error_code", "ERROR_CODE_NOT_ALLOWED", "is only for ERROR");
        if (sent.ErrorCode.Length > 0 && !IsErrorCode(sent.ErrorCode))
            yield return new("error_code", "ERROR_CODE_MALFORMED", "must be UPPER_SNAKE of at most 64 characters");
        if (sent.Type is not EventType.Error && sent.IsFatal)
            yield return new("is_fatal", "FATAL_NOT_ALLOWED", "is only for ERROR");
        if (sent.Type is EventType.Complete && sent.CompleteReason is SessionEndReason.Unspecified)
            yield return new("complete_reason", "COMPLETE_REASON_REQUIRED", "is required for COMPLETE");
        if (sent.Type is not EventType.Complete && sent.CompleteReason is not SessionEndReason.Unspecified)
            yield return new("complete_reason", "COMPLETE_REASON_NOT_ALLOWED", "is only for COMPLETE");
        if (sent.CompleteReason is SessionEndReason.Timeout || !System.Enum.IsDefined(sent.CompleteReason))
            yield return new("complete_reason", "COMPLETE_REASON_NOT_ACCEPTED", "must be a value of the contract other than TIMEOUT");
    }

    private static bool IsErrorCode(string code) =>
        code.Length <= MaxErrorCodeLength && char.IsAsciiLetterUpper(code[0]) && !code.AsSpan().ContainsAnyExcept(ErrorCodeCharacters);

    /// <summary>How deep objects and arrays are nested in it; null when it is not JSON.</summary>
    private static int? JsonDepth(string text)
    {
        // No text of the allowed size is nested deeper.
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text), new JsonReaderOptions { MaxDepth = MaxAttributesBytes });
        var depth = 0;
        try
        {
            while (reader.Read())
            {
                depth = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray ? Math.Max(depth, reader.CurrentDepth + 1) : depth;
            }

            return depth;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
