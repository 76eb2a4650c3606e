using Google.Protobuf.WellKnownTypes;
using MoviesNow.Telemetry.Events;
using MoviesNow.Telemetry.V1;
using Telemetry.Tests.Hosting;

namespace Telemetry.Tests.Events;

public sealed class EventRulesTests
{
    private static readonly string Uuid = "0198c0de-7a5b-7c3d-8e9f-0123456789ab";

    public static TheoryData<EventType, string, Action<PlaybackEvent>> Rejects => new()
    {
        { EventType.Heartbeat, "SEQUENCE_OUT_OF_RANGE", e => e.Sequence = 0 },
        { EventType.Heartbeat, "SEQUENCE_OUT_OF_RANGE", e => e.Sequence = -1 },
        { EventType.Heartbeat, "SEQUENCE_OUT_OF_RANGE", e => e.Sequence = 10_000_001 },
        { EventType.Heartbeat, "SEQUENCE_OUT_OF_RANGE", e => e.Sequence = long.MaxValue },
        { EventType.Unspecified, "TYPE_UNKNOWN", _ => { } },
        { (EventType)13, "TYPE_UNKNOWN", _ => { } },
        { EventType.Heartbeat, "CLIENT_TIME_REQUIRED", e => e.ClientTime = null },
        { EventType.Heartbeat, "CLIENT_TIME_OUT_OF_RANGE", e => e.ClientTime = new Timestamp { Seconds = 7_258_118_400 } },
        { EventType.Heartbeat, "CLIENT_TIME_OUT_OF_RANGE", e => e.ClientTime = new Timestamp { Seconds = -1 } },
        { EventType.Heartbeat, "CLIENT_TIME_OUT_OF_RANGE", e => e.ClientTime = new Timestamp { Nanos = 1_000_000_000 } },
        { EventType.Heartbeat, "CLIENT_TIME_OUT_OF_RANGE", e => e.ClientTime = new Timestamp { Nanos = -1 } },
        { EventType.Heartbeat, "POSITION_OUT_OF_RANGE", e => e.PositionMs = -1 },
        { EventType.Heartbeat, "POSITION_OUT_OF_RANGE", e => e.PositionMs = 86_400_001 },
        { EventType.Seek, "FROM_POSITION_OUT_OF_RANGE", e => e.FromPositionMs = -1 },
        { EventType.Seek, "FROM_POSITION_OUT_OF_RANGE", e => e.FromPositionMs = 86_400_001 },
        { EventType.Play, "FROM_POSITION_NOT_ALLOWED", e => e.FromPositionMs = 1 },
        { EventType.Play, "VARIANT_MALFORMED", e => e.VariantId = "1080p" },
        { EventType.Heartbeat, "VARIANT_NOT_ALLOWED", e => e.VariantId = Uuid },
        { EventType.Heartbeat, "BITRATE_OUT_OF_RANGE", e => e.BitrateBps = -1 },
        { EventType.Heartbeat, "BITRATE_OUT_OF_RANGE", e => e.BitrateBps = 1_000_000_001 },
        { EventType.Error, "ERROR_CODE_REQUIRED", e => e.ErrorCode = "" },
        { EventType.Play, "ERROR_CODE_NOT_ALLOWED", e => e.ErrorCode = "OOPS" },
        { EventType.Error, "ERROR_CODE_MALFORMED", e => e.ErrorCode = "oops" },
        { EventType.Error, "ERROR_CODE_MALFORMED", e => e.ErrorCode = "_OOPS" },
        { EventType.Error, "ERROR_CODE_MALFORMED", e => e.ErrorCode = new string('A', 65) },
        { EventType.Error, "ERROR_CODE_MALFORMED", e => e.ErrorCode = "A\0" },
        { EventType.Play, "FATAL_NOT_ALLOWED", e => e.IsFatal = true },
        { EventType.Complete, "COMPLETE_REASON_REQUIRED", e => e.CompleteReason = SessionEndReason.Unspecified },
        { EventType.Play, "COMPLETE_REASON_NOT_ALLOWED", e => e.CompleteReason = SessionEndReason.UserExit },
        { EventType.Complete, "COMPLETE_REASON_NOT_ACCEPTED", e => e.CompleteReason = SessionEndReason.Timeout },
        { EventType.Complete, "COMPLETE_REASON_NOT_ACCEPTED", e => e.CompleteReason = (SessionEndReason)99 },
        { EventType.Play, "ATTRIBUTES_TOO_LARGE", e => e.AttributesJson = $"\"{new string('a', 2_047)}\"" },
        { EventType.Play, "ATTRIBUTES_TOO_LARGE", e => e.AttributesJson = $"\"{new string('ä', 1_024)}\"" },
        { EventType.Play, "ATTRIBUTES_NOT_JSON", e => e.AttributesJson = "{" },
        { EventType.Play, "ATTRIBUTES_NOT_JSON", e => e.AttributesJson = "{} {}" },
        { EventType.Play, "ATTRIBUTES_NOT_JSON", e => e.AttributesJson = " " },
        { EventType.Play, "ATTRIBUTES_NOT_JSON", e => e.AttributesJson = "\"\0\"" },
        { EventType.Play, "ATTRIBUTES_NOT_JSON", e => e.AttributesJson = new string('[', 100) },
        { EventType.Play, "ATTRIBUTES_TOO_DEEP", e => e.AttributesJson = Nested(65) },
        { EventType.Play, "ATTRIBUTES_TOO_DEEP", e => e.AttributesJson = Nested(1_024) },
        { EventType.Heartbeat, "VISIBILITY_UNKNOWN", e => e.Visibility = (Visibility)3 },
        { EventType.VisibilityChange, "VISIBILITY_REQUIRED", _ => { } },
        { EventType.RateChange, "PLAYBACK_RATE_REQUIRED", _ => { } },
        { EventType.RateChange, "PLAYBACK_RATE_OUT_OF_RANGE", e => e.PlaybackRate = -1 },
        { EventType.RateChange, "PLAYBACK_RATE_OUT_OF_RANGE", e => e.PlaybackRate = 0.062 },
        { EventType.Heartbeat, "PLAYBACK_RATE_OUT_OF_RANGE", e => e.PlaybackRate = 16.01 },
        { EventType.Heartbeat, "PLAYBACK_RATE_OUT_OF_RANGE", e => e.PlaybackRate = double.NaN },
        { EventType.Heartbeat, "PLAYBACK_RATE_OUT_OF_RANGE", e => e.PlaybackRate = double.PositiveInfinity },
        { EventType.Play, "VARIANT_MALFORMED", e => e.VariantId = $" {Uuid}" },
    };

    public static TheoryData<EventType, Action<PlaybackEvent>> Accepts => new()
    {
        { EventType.Heartbeat, e => e.Sequence = 10_000_000 },
        { EventType.Heartbeat, e => e.ClientTime = new Timestamp { Seconds = 7_258_118_399, Nanos = 999_999_999 } },
        { EventType.Heartbeat, e => e.ClientTime = new Timestamp() },
        { EventType.Heartbeat, e => e.PositionMs = 86_400_000 },
        { EventType.Heartbeat, e => e.BitrateBps = 1_000_000_000 },
        { EventType.Seek, e => e.FromPositionMs = 86_400_000 },
        { EventType.Play, e => e.VariantId = Uuid },
        { EventType.QualityChange, e => (e.VariantId, e.BitrateBps) = (Uuid, 4_500_000) },
        { EventType.Error, e => (e.ErrorCode, e.IsFatal) = (new string('A', 64), true) },
        { EventType.Error, e => e.ErrorCode = "E_404" },
        { EventType.Complete, e => e.CompleteReason = SessionEndReason.Drm },
        { EventType.Pause, e => e.AttributesJson = $"\"{new string('a', 2_046)}\"" },
        { EventType.Resume, e => e.AttributesJson = """{"dropped_frames": 3, "text": "\u0000"}""" },
        { EventType.Resume, e => e.AttributesJson = Nested(64) },
        { EventType.VisibilityChange, e => e.Visibility = Visibility.Hidden },
        { EventType.RateChange, e => e.PlaybackRate = 0.0625 },
        { EventType.Play, e => (e.PlaybackRate, e.Visibility) = (16, Visibility.Visible) },
        { EventType.BufferingStart, _ => { } },
        { EventType.BufferingEnd, _ => { } },
    };

    private static string Nested(int depth) => new string('[', depth) + new string(']', depth);

    [Theory]
    [MemberData(nameof(Rejects))]
    public void Violations_BadEvent_NamesTheReasonFirst(EventType type, string reason, Action<PlaybackEvent> change) =>
        Assert.Equal(reason, EventRules.Violations(Samples.Event(1, type, change)).First().Reason);

    [Theory]
    [MemberData(nameof(Accepts))]
    public void Violations_GoodEvent_AreNone(EventType type, Action<PlaybackEvent> change) =>
        Assert.Empty(EventRules.Violations(Samples.Event(1, type, change)));

    [Fact]
    public void Violations_SeveralBadFields_NamesAll()
    {
        var bad = Samples.Event(0, EventType.Play, e => (e.PositionMs, e.BitrateBps, e.IsFatal) = (-1, -1, true));

        Assert.Equal(["sequence", "position_ms", "bitrate_bps", "is_fatal"], EventRules.Violations(bad).Select(violation => violation.Field));
    }
}
