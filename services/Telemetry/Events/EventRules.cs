using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
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

    private const int MaxPositionMs = 86_400_000;
    private const int MaxBitrateBps = 1_000_000_000;
    private const int MaxErrorCodeLength = 64;
    private const int MaxAttributesBytes = 2_048;
    private const int MaxNanos = 999_999_999;

    // Years 1 to 9999, as the documentation of google.protobuf.Timestamp bounds it.
    private const long MinSeconds = -62_135_596_800;
    private const long MaxSeconds = 253_402_300_799;

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
        else if (sent.ClientTime.Seconds is < MinSeconds or > MaxSeconds || sent.ClientTime.Nanos is < 0 or > MaxNanos)
            yield return new("client_time", "CLIENT_TIME_OUT_OF_RANGE", "must be a timestamp from year 1 to 9999");
        if (sent.PositionMs is < 0 or > MaxPositionMs)
            yield return new("position_ms", "POSITION_OUT_OF_RANGE", "must be 0 to 86,400,000");
        if (sent.FromPositionMs is < 0 or > MaxPositionMs)
            yield return new("from_position_ms", "FROM_POSITION_OUT_OF_RANGE", "must be 0 to 86,400,000");
        if (sent.FromPositionMs != 0 && sent.Type is not EventType.Seek)
            yield return new("from_position_ms", "FROM_POSITION_NOT_ALLOWED", "is only for SEEK");
        if (sent.BitrateBps is < 0 or > MaxBitrateBps)
            yield return new("bitrate_bps", "BITRATE_OUT_OF_RANGE", "must be 0 to 1,000,000,000");
        foreach (var violation in TextViolations(sent))
            yield return violation;
        foreach (var violation in EndViolations(sent))
            yield return violation;
    }

    private static IEnumerable<EventViolation> TextViolations(PlaybackEvent sent)
    {
        if (sent.VariantId.Length > 0 && !Guid.TryParseExact(sent.VariantId, "D", out _))
            yield return new("variant_id", "VARIANT_MALFORMED", "must be a UUID");
        if (sent.VariantId.Length > 0 && sent.Type is not (EventType.QualityChange or EventType.Play))
            yield return new("variant_id", "VARIANT_NOT_ALLOWED", "is only for QUALITY_CHANGE and PLAY");
        if (Encoding.UTF8.GetByteCount(sent.AttributesJson) > MaxAttributesBytes)
            yield return new("attributes_json", "ATTRIBUTES_TOO_LARGE", "must have at most 2,048 bytes");
        else if (sent.AttributesJson.Length > 0 && !IsJson(sent.AttributesJson))
            yield return new("attributes_json", "ATTRIBUTES_NOT_JSON", "must be JSON");
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

    private static bool IsJson(string text)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
        try
        {
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
