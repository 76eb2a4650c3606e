using MoviesNow.Cli.Transfer;

namespace MoviesNow.Cli.Tests.Transfer;

public sealed class AdaptiveLimitTests
{
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(250);

    private readonly ManualClock _clock = new();

    [Theory]
    [InlineData(32, 4)]
    [InlineData(3, 3)]
    public void Current_AtTheBeginning_IsFourOrTheMost(int most, int expected) => Assert.Equal(expected, new AdaptiveLimit(most, _clock).Current);

    [Fact]
    public void Succeeded_WhileMoreMovesMore_RisesByAQuarterUpToTheMost()
    {
        var limit = new AdaptiveLimit(8, _clock);
        var seen = new List<int>();
        for (var rate = 1_000; rate <= 6_000; rate += 1_000)
            seen.Add(After(limit, rate));
        Assert.Equal([5, 6, 7, 8, 8, 8], seen);
    }

    [Fact]
    public void Succeeded_BeforeTheWindowOrAllAtOnceEnded_JudgesNothing()
    {
        var limit = new AdaptiveLimit(32, _clock);
        limit.Sent(1_000_000);
        for (var i = 0; i < 10; i++)
            limit.Succeeded();
        Assert.Equal(4, limit.Current);

        // Three of four have ended.
        limit = new AdaptiveLimit(32, _clock);
        _clock.Advance(Window);
        limit.Sent(1_000_000);
        for (var i = 0; i < 3; i++)
            limit.Succeeded();
        Assert.Equal(4, limit.Current);
        limit.Succeeded();
        Assert.Equal(5, limit.Current);
    }

    [Fact]
    public void Succeeded_RateFalls_TriesOneLessAndNeverNone()
    {
        var limit = new AdaptiveLimit(32, _clock);
        Assert.Equal(5, After(limit, 1_000_000));
        var seen = new List<int>();
        for (var rate = 500_000; rate > 1_000; rate /= 2)
            seen.Add(After(limit, rate));
        Assert.Equal([4, 3, 2, 1, 1], seen.Take(5));
    }

    [Fact]
    public void Succeeded_RateStaysForEightWindows_TriesOneMore()
    {
        var limit = new AdaptiveLimit(32, _clock);
        After(limit, 1_000);
        for (var i = 0; i < 7; i++)
            Assert.Equal(5, After(limit, 1_000));
        Assert.Equal(6, After(limit, 1_000));
    }

    [Fact]
    public void Sent_TakenBack_DoesNotCount()
    {
        var limit = new AdaptiveLimit(32, _clock);
        After(limit, 1_000);
        limit.Sent(1_000_000);
        limit.Sent(-1_000_000);
        Assert.Equal(4, After(limit, 100));
    }

    [Fact]
    public void Throttled_ByManyAtOnce_HalvesOnceAndRestsForTwoSeconds()
    {
        var limit = new AdaptiveLimit(32, _clock);
        Assert.Equal(6, After(limit, 1_000) is 5 ? After(limit, 2_000) : 0);
        for (var i = 0; i < 6; i++)
            limit.Throttled();
        Assert.Equal(3, limit.Current);

        // No judgement while the storage recovers.
        Assert.Equal(3, After(limit, 9_000));
        _clock.Advance(TimeSpan.FromSeconds(2));
        limit.Throttled();
        Assert.Equal(1, limit.Current);
        _clock.Advance(TimeSpan.FromSeconds(2));
        limit.Throttled();
        Assert.Equal(1, limit.Current);

        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(2, After(limit, 1_000));
    }

    /// <summary>The limit after a window in which all requests ended and moved so many bytes.</summary>
    private int After(AdaptiveLimit limit, int bytes)
    {
        _clock.Advance(Window);
        limit.Sent(bytes);
        for (var (i, running) = (0, limit.Current); i < running; i++)
            limit.Succeeded();
        return limit.Current;
    }
}
