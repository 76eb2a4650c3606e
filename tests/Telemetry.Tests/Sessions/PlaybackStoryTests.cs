using MoviesNow.Telemetry.Events;
using MoviesNow.Telemetry.Sessions;
using MoviesNow.Telemetry.V1;
using Telemetry.Tests.Hosting;
using static MoviesNow.Telemetry.V1.EventType;

namespace Telemetry.Tests.Sessions;

/// <summary>What happens to viewers, told in events with seconds since the click and positions in seconds.</summary>
public sealed class PlaybackStoryTests
{
    private static readonly Guid Other = Guid.NewGuid();

    [Fact]
    public void Watch_PositionMovesWithTime_IsThatTime() =>
        Assert.Equal(new QualityCounts { WatchMs = 30_000, PresentMs = 30_000 }, Measure((Play, 2, 0), (Heartbeat, 17, 15), (Heartbeat, 32, 30)));

    [Fact]
    public void Watch_PlayThatNeverAdvances_IsNothing() =>
        Assert.Equal(0, Measure((Play, 2, 0), (Heartbeat, 17, 0), (Heartbeat, 32, 0)).WatchMs);

    [Fact]
    public void Watch_Seeks_CountNothingOfTheJump() =>
        Assert.Equal(20_000, Measure(At(Play, 0, 0), At(Seek, 10, 3_000, from: 10), At(Heartbeat, 20, 3_010), At(Seek, 20, 5, from: 3_010), At(Heartbeat, 20, 5)).WatchMs);

    [Fact]
    public void Watch_JumpThatNobodyTold_CountsNoMoreThanTheTime() =>
        Assert.Equal(15_000, Measure((Play, 0, 0), (Heartbeat, 15, 4_000)).WatchMs);

    [Fact]
    public void Watch_PositionGoesBack_CountsNothing() =>
        Assert.Equal(0, Measure((Play, 0, 100), (Heartbeat, 15, 40)).WatchMs);

    [Fact]
    public void Watch_Pauses_CountNothing() => Assert.Equal(
        new QualityCounts { WatchMs = 20_000, PresentMs = 20_000 },
        Measure((Play, 0, 0), (Pause, 10, 10), (Heartbeat, 25, 10), (Resume, 600, 10), (Heartbeat, 610, 20)));

    [Fact]
    public void Watch_LaptopSleeps_CountsWhatMovedAndIsPresentForFiveMinutes() => Assert.Equal(
        new QualityCounts { WatchMs = 25_000, PresentMs = 315_000 },
        Measure((Play, 0, 0), (Heartbeat, 15, 15), (Heartbeat, 15 + 7 * 3_600, 25)));

    [Fact]
    public void Watch_LostEvents_CountsAsFarAsThePositionMoved() =>
        Assert.Equal(600_000, Measure((Play, 0, 0), (Heartbeat, 1_200, 600)).WatchMs);

    [Theory]
    [InlineData(2, 20, 10_000)]
    [InlineData(0.5, 5, 10_000)]
    [InlineData(16, 160, 10_000)]
    [InlineData(2, 10, 5_000)]
    [InlineData(0.5, 40, 10_000)]
    public void Watch_OtherSpeed_IsTheViewersTime(double rate, int advanced, long watched) =>
        Assert.Equal(watched, Measure(At(Play, 0, 0) with { PlaybackRate = rate }, At(Heartbeat, 10, advanced)).WatchMs);

    [Fact]
    public void Watch_SpeedChanges_EachPartGoesByItsOwn() => Assert.Equal(
        20_000, Measure(At(Play, 0, 0), At(RateChange, 10, 10) with { PlaybackRate = 2 }, At(Heartbeat, 20, 30), At(Heartbeat, 20, 40)).WatchMs);

    [Fact]
    public void Watch_OutOfSight_IsCountedApart()
    {
        var measures = Measure(
            At(Heartbeat, 0, 0) with { Visibility = Visibility.Hidden }, At(Play, 1, 0), At(VisibilityChange, 11, 10) with { Visibility = Visibility.Visible },
            At(Heartbeat, 26, 25));

        Assert.Equal((15_000, 10_000), (measures.WatchMs, measures.HiddenWatchMs));
    }

    [Fact]
    public void Watch_TimeGoesBack_IsNotCountedTwice() =>
        Assert.Equal(20_000, Measure((Play, 0, 0), (Heartbeat, 20, 20), (Heartbeat, 10, 25), (Heartbeat, 20, 30)).WatchMs);

    [Fact]
    public void Stall_WithoutSeek_IsRebuffering() => Assert.Equal(
        new QualityCounts { WatchMs = 20_000, RebufferCount = 1, RebufferMs = 4_000, PresentMs = 24_000 },
        Measure((Play, 0, 0), (BufferingStart, 10, 10), (Heartbeat, 12, 10), (BufferingEnd, 14, 10), (Heartbeat, 24, 20)));

    [Fact]
    public void Stall_BeforeTheFirstPicture_IsStartup() =>
        Assert.Equal(0, Measure((BufferingStart, 0, 0), (Heartbeat, 5, 0), (Play, 8, 0), (Heartbeat, 18, 10)).RebufferCount);

    [Theory]
    [InlineData(100, false)]
    [InlineData(100.9, false)]
    [InlineData(101, true)]
    [InlineData(110, true)]
    public void Stall_AfterASeek_IsTheSeeksUntilASecondHasPlayed(double position, bool isOwn)
    {
        var measures = Measure(
            At(Play, 0, 0), At(Seek, 5, 100, from: 5), At(BufferingStart, 5 + position - 100, position), At(BufferingEnd, 20, position));

        Assert.Equal((isOwn ? 1 : 0, isOwn ? 0 : 1), (measures.RebufferCount, measures.SeekRebufferCount));
        Assert.True((isOwn ? measures.RebufferMs : measures.SeekRebufferMs) > 0);
    }

    [Fact]
    public void Stall_SeekDuringIt_GoesOnAsTheSeeks()
    {
        var measures = Measure(At(Play, 0, 0), At(BufferingStart, 10, 10), At(Seek, 14, 500, from: 10), At(BufferingEnd, 15, 500));

        Assert.Equal((1, 4_000, 1, 1_000), (measures.RebufferCount, measures.RebufferMs, measures.SeekRebufferCount, measures.SeekRebufferMs));
    }

    [Fact]
    public void Stall_WhilePaused_CountsOnceTheViewerWaits()
    {
        var measures = Measure((Play, 0, 0), (Pause, 10, 10), (BufferingStart, 11, 10), (Resume, 60, 10), (BufferingEnd, 63, 10));

        Assert.Equal((1, 3_000), (measures.RebufferCount, measures.RebufferMs));
    }

    [Theory]
    [InlineData(Complete)]
    [InlineData(Error)]
    [InlineData(Pause)]
    public void Stall_WithoutEnd_CountsUntilTheSessionDoesNotPlay(EventType end)
    {
        var measures = Measure(At(Play, 0, 0), At(BufferingStart, 10, 10), At(end, 25, 10) with { IsFatal = end is Error }, At(Heartbeat, 90, 10));

        Assert.Equal((1, 15_000), (measures.RebufferCount, measures.RebufferMs));
    }

    [Fact]
    public void Stall_EndIsLost_EndsWhenThePositionMovesOn() => Assert.Equal(
        new QualityCounts { WatchMs = 32_000, RebufferCount = 1, RebufferMs = 3_000, PresentMs = 35_000 },
        Measure((Play, 0, 0), (BufferingStart, 10, 10), (Heartbeat, 20, 17), (Heartbeat, 35, 32)));

    [Fact]
    public void Stall_LaptopSleepsInIt_CountsFiveMinutes() =>
        Assert.Equal(300_000, Measure((Play, 0, 0), (BufferingStart, 10, 10), (BufferingEnd, 9_000, 10)).RebufferMs);

    [Fact]
    public void Stall_ToldTwice_CountsOnce() =>
        Assert.Equal(1, Measure((Play, 0, 0), (BufferingStart, 10, 10), (BufferingStart, 12, 10), (BufferingEnd, 14, 10)).RebufferCount);

    [Fact]
    public void Bitrate_Changes_AreWeightedByWhatPlayed()
    {
        var measures = Measure(
            At(Play, 0, 0) with { BitrateBps = 1_000_000 }, At(QualityChange, 10, 10) with { BitrateBps = 4_000_000 }, At(Heartbeat, 40, 40),
            At(QualityChange, 40, 40), At(Heartbeat, 50, 50));

        Assert.Equal((40_000, 130_000_000), (measures.BitrateMs, measures.Bits));
        Assert.Equal(50_000, measures.WatchMs);
    }

    [Fact]
    public void RenditionChanges_OnlyToAnotherVariantAfterTheFirstPicture_Count() => Assert.Equal(2, Measure(
        At(QualityChange, 0, 0) with { VariantId = Other },
        At(Play, 1, 0),
        At(QualityChange, 10, 9) with { VariantId = Other },
        At(QualityChange, 20, 19) with { VariantId = PlaybackSets.FirstVariant },
        At(QualityChange, 30, 29) with { VariantId = PlaybackSets.FirstVariant },
        At(QualityChange, 40, 39) with { VariantId = Other },
        At(Complete, 41, 39),
        At(QualityChange, 42, 39) with { VariantId = PlaybackSets.FirstVariant }).RenditionChanges);

    [Fact]
    public void Startup_FromTheClickToTheFirstPicture_StaysWhatItIs() =>
        Assert.Equal(1_250, StoredInMemory.Of(Numbered(At(Heartbeat, 1, 0), At(Play, 1.25, 0), At(Complete, 9, 5), At(Play, 20, 0))).Progress.StartupMs);

    [Fact]
    public void Deltas_TimeThatCrossesAMinute_CountsInBoth()
    {
        var deltas = StoredInMemory.Of(Numbered(At(Play, 50, 0), At(Heartbeat, 130, 80))).Deltas;

        var first = Samples.Noon.ToUnixTimeSeconds() / 60;
        Assert.Equal([10_000, 60_000, 10_000], Enumerable.Range(0, 3).Select(i => deltas[(first + i, QualityDeltas.NoBucket)].WatchMs));
    }

    private static QualityCounts Measure(params (EventType Type, int Seconds, int Position)[] story) =>
        Measure([.. story.Select(e => At(e.Type, e.Seconds, e.Position))]);

    private static QualityCounts Measure(params PlayerEvent[] story)
    {
        var session = StoredInMemory.Of(Numbered(story));
        Assert.Equal(ReferencePlayback.Run(Numbered(story)).Total, session.Progress.Measures);
        return session.Progress.Measures;
    }

    private static IEnumerable<PlayerEvent> Numbered(params PlayerEvent[] story) => story.Select((e, i) => e with { Sequence = i + 1 });

    private static PlayerEvent At(EventType type, double seconds, double position, int from = 0)
    {
        var time = Samples.Noon.AddSeconds(seconds);
        return new PlayerEvent(1, type, time, time) { PositionMs = (int)Math.Round(position * 1_000), FromPositionMs = from * 1_000 };
    }
}
