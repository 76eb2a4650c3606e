using System.Text;
using System.Text.Json;
using MoviesNow.Telemetry.Cmcd;
using MoviesNow.Telemetry.Events;
using MoviesNow.Telemetry.V1;
using Telemetry.Tests.Hosting;

namespace Telemetry.Tests.Cmcd;

/// <summary>The table of docs/cmcd.md.</summary>
public sealed class CmcdEventsTests
{
    public static TheoryData<string, string> Table => new()
    {
        { "e=ps,sta=s,v=2", "Heartbeat" },
        { "e=ps,sta=d,v=2", "Heartbeat" },
        { "e=ps,sta=p,v=2", "Play" },
        { "e=ps,sta=k,pt=5000,v=2", "Seek from 1000" },
        { "e=ps,sta=r,v=2", "BufferingStart" },
        { "e=ps,sta=a,v=2", "Pause" },
        { "e=ps,sta=w,v=2", "Pause" },
        { "e=ps,sta=e,v=2", "Complete Completed" },
        { "e=ps,sta=q,v=2", "Complete UserExit" },
        { "e=ps,sta=f,v=2", "Error UNKNOWN fatal" },
        { "e=ps,ec=(\"2001\"),sta=f,v=2", "Error PLAYER_2001 fatal" },
        { "e=ps,v=2", "Heartbeat" },
        { "e=t,sta=p,v=2", "Play" },
        { "e=t,sta=r,v=2", "BufferingStart" },
        { "e=t,sta=a,v=2", "Pause" },
        { "e=t,sta=k,v=2", "Heartbeat" },
        { "e=t,sta=e,v=2", "Complete Completed" },
        { "e=t,v=2", "Heartbeat" },
        { "e=e,ec=(\"CODEC_NOT_SUPPORTED\" \"x\"),v=2", "Error CODEC_NOT_SUPPORTED" },
        { "e=e,ec=(\"bufferStalledError\"),sta=f,v=2", "Error BUFFER_STALLED_ERROR fatal" },
        { "e=e,v=2", "Error UNKNOWN" },
        { "e=bc,br=(4200;v 256;a),v=2", "QualityChange 4200000" },
        { "e=bc,br=(4200;v),pb=(800;v),v=2", "QualityChange 800000" },
        { "e=pr,pr=1.5,v=2", "RateChange x1.5" },
        { "e=pr,v=2", "RateChange x1" },
        { "e=b,bg,v=2", "VisibilityChange Hidden" },
        { "e=b,bg=?0,v=2", "VisibilityChange Visible" },
        { "e=b,v=2", "VisibilityChange Visible" },
        { "e=t,bg,sta=p,v=2", "Play Hidden" },
        { "e=rr,rc=200,v=2", "Heartbeat" },
        { "e=rr,rc=404,v=2", "Error RESPONSE_404" },
        { "e=rr,rc=0,v=2", "Error NO_RESPONSE" },
        { "e=m,sta=p,v=2", "Heartbeat" },
        { "e=as,pt=3000,v=2", "Heartbeat" },
        { "ot=v,br=(4200;v),sta=r,v=2", "BufferingStart 4200000" },
        { "ot=v,br=3200,su", "Heartbeat 3200000" },
        { "ot=v,br=3200,bs,su", "BufferingStart 3200000" },
        { "ot=av,br=3200,pr=2", "Play 3200000 x2" },
        { "ot=a,br=128", "Play" },
        { "ot=m,su", "Heartbeat" },
        { "sid=\"x\"", "Heartbeat" },
        { "e=t,pr=0,br=(0),v=2", "Heartbeat" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Of_Report_IsThisEvent(string report, string expected)
    {
        var happened = CmcdEvents.Of(CmcdDecoder.FromText(report), 7, Samples.Noon, CmcdMemory.At(1_000, bitrateBps: 0));

        var told = new StringBuilder(happened.Type.ToString());
        _ = happened.FromPositionMs > 0 ? told.Append($" from {happened.FromPositionMs}") : told;
        _ = happened.CompleteReason is not SessionEndReason.Unspecified ? told.Append($" {happened.CompleteReason}") : told;
        _ = happened.ErrorCode.Length > 0 ? told.Append($" {happened.ErrorCode}") : told;
        _ = happened.IsFatal ? told.Append(" fatal") : told;
        _ = happened.BitrateBps > 0 ? told.Append($" {happened.BitrateBps}") : told;
        _ = happened.Visibility is not Visibility.Unspecified ? told.Append($" {happened.Visibility}") : told;
        _ = happened.PlaybackRate > 0 ? told.Append($" x{happened.PlaybackRate}") : told;
        Assert.Equal(expected, told.ToString());
        Assert.Equal((7, Samples.Noon), (happened.Sequence, happened.ClientTime.ToDateTimeOffset()));
        Assert.Empty(EventRules.Violations(happened));
    }

    [Fact]
    public void Of_ReportsThatLeaveThingsOut_TellWhatWasSaidLast()
    {
        var memory = new CmcdMemory();
        PlaybackEvent Next(string report) => CmcdEvents.Of(CmcdDecoder.FromText(report), 1, Samples.Noon, memory);

        Next("e=ps,sta=p,pt=60000,br=(2000;v),v=2");
        var failed = Next("e=e,ec=(\"x\"),v=2");
        var ad = Next("e=as,pt=5,v=2");
        var live = Next("e=t,pt=1764677101751,v=2");

        Assert.All([failed, ad, live], happened => Assert.Equal((60_000, 2_000_000), (happened.PositionMs, happened.BitrateBps)));
    }

    [Fact]
    public void Of_PlayerThatDoesNotTellThePlayhead_IsFollowedByTheClock()
    {
        var memory = CmcdMemory.At(1_000, bitrateBps: 0);
        int At(double seconds, string report) =>
            (int)CmcdEvents.Of(CmcdDecoder.FromText($"{report},v=2"), 1, Samples.Noon.AddSeconds(seconds), memory).PositionMs;

        Assert.Equal(1_000, At(0, "e=ps,sta=s"));
        Assert.Equal(1_000, At(5, "e=ps,sta=p"));
        Assert.Equal(11_000, At(15, "e=pr,pr=2,sta=p"));
        Assert.Equal(15_000, At(17, "e=t,pr=2,sta=p"));
        Assert.Equal(17_000, At(18, "e=ps,pr=2,sta=r"));
        Assert.Equal(17_000, At(28, "e=ps,sta=p"));
        Assert.Equal(17_000, At(20, "e=ps,sta=a"));
        Assert.Equal(19_000, At(30, "e=ps,sta=a"));
        Assert.Equal(19_000, At(90, "e=ps,sta=p"));
        Assert.Equal(79_000, At(90 + 7_200, "e=t,sta=p"));
        Assert.Equal(5_000, At(90 + 7_201, "e=t,pt=5000,sta=p"));
        Assert.Equal(6_000, At(90 + 7_202, "e=ps,sta=e"));
        Assert.Equal(6_000, At(90 + 7_300, "e=t,sta=e"));
    }

    [Fact]
    public void Of_WhatNoFieldHolds_IsAnAttribute()
    {
        var happened = CmcdEvents.Of(CmcdDecoder.FromText(
            "bl=(6000;v 3000;a),cid=\"c\",com.example-a=\"q\\\"\",dfa=3,e=t,nor=(\"seg?sig=SECRET\"),pt=1,sid=\"s\",sn=1,sta=p,ts=5,url=\"u?sig=SECRET\",v=2,zz=tok"), 1, Samples.Noon, new CmcdMemory());

        Assert.Equal("""{"cmcd":{"bl":[{"v":6000},{"a":3000}],"dfa":3,"e":"t","sta":"p","com.example-a":"q\"","zz":"tok"}}""", happened.AttributesJson);
    }

    [Fact]
    public void Of_MoreThanAttributesMayHold_LeavesOutWhatDoesNotFit()
    {
        var extra = string.Join(',', Enumerable.Range(0, 16).Select(i => $"{new string('k', 50)}-{i}=\"{new string('\\', 2)}{new string('x', 63)}\""));
        var happened = CmcdEvents.Of(CmcdDecoder.FromText($"dfa=3,e=t,{extra},v=2"), 1, Samples.Noon, new CmcdMemory());

        Assert.InRange(Encoding.UTF8.GetByteCount(happened.AttributesJson), 1_500, 2_048);
        using var json = JsonDocument.Parse(happened.AttributesJson);
        Assert.Equal(3, json.RootElement.GetProperty("cmcd").GetProperty("dfa").GetInt32());
    }

    [Theory]
    [InlineData("HTTP 404: not found!", "HTTP_404_NOT_FOUND")]
    [InlineData("__x__", "X")]
    [InlineData("", "UNKNOWN")]
    [InlineData("äöü", "UNKNOWN")]
    [InlineData("3016", "PLAYER_3016")]
    [InlineData("aVeryLongCodeaVeryLongCodeaVeryLongCodeaVeryLongCodeaVeryLongCode", "A_VERY_LONG_CODEA_VERY_LONG_CODEA_VERY_LONG_CODEA_VERY_LONG_CODE")]
    public void Of_ErrorCodeOfAPlayer_IsUpperSnake(string told, string expected) => Assert.Equal(expected, CmcdErrorCode.Of(told));

    [Fact]
    public void Sequence_FollowsFromNumberOrTime()
    {
        var start = Samples.Noon;

        Assert.Equal([1L, 58L, null, null], [CmcdSequence.FromNumber(1, 0), CmcdSequence.FromNumber(57, 1), CmcdSequence.FromNumber(1, 10_000_000), CmcdSequence.FromNumber(1, -1)]);
        Assert.Equal(
            [1L, 1_501L, null, null],
            [CmcdSequence.FromTime(start, start), CmcdSequence.FromTime(start, start.AddMilliseconds(1_500.9)), CmcdSequence.FromTime(start, start.AddMilliseconds(-1)), CmcdSequence.FromTime(start, start.AddDays(24))]);
    }
}
