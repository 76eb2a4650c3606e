using FsCheck;
using FsCheck.Fluent;
using MoviesNow.ServiceDefaults.RateLimits;

namespace MoviesNow.ServiceDefaults.Tests.RateLimits;

public sealed class SlidingWindowTests
{
    private static readonly Arbitrary<State> States = (
        from permits in Gen.OneOf(Gen.Choose(1, 5), Gen.Choose(1, 200), Gen.Choose(1, 1_000_000))
        from length in Gen.OneOf(Gen.Elements(1_000, 60_000, 3_600_000), Gen.Choose(1_000, 100_000))
        from previous in Gen.Choose(0, permits + 3)
        from current in Gen.Choose(0, permits + 3)
        from elapsed in Gen.Choose(0, length - 1)
        select new State(new SlidingWindow(permits, length), previous, current, elapsed)).ToArbitrary();

    [Theory]
    [InlineData(0, 0, 60)]
    [InlineData(60, 0, 0)]
    [InlineData(60, 30_000, 30)]
    [InlineData(60, 30_500, 30)]
    [InlineData(60, 59_999, 59)]
    [InlineData(20, 15_000, 45)]
    [InlineData(1_000, 30_000, 30)]
    public void Allowance_OfSixtyAMinute_GrowsAsTheWindowBeforeLeaves(long previous, long elapsedMs, long expected) =>
        Assert.Equal(expected, new SlidingWindow(60, 60_000).Allowance(previous, elapsedMs));

    [Theory]
    [InlineData(60, 0, 59, 0, 0)]
    [InlineData(60, 60, 0, 0, 1_000)]
    [InlineData(60, 60, 10, 10_500, 500)]
    [InlineData(60, 0, 60, 0, 61_000)]
    [InlineData(60, 0, 60, 59_000, 2_000)]
    [InlineData(1, 0, 1, 30_000, 90_000)]
    [InlineData(1, 1, 0, 30_000, 30_000)]
    public void DelayOfNext_OfAMinute_IsKnown(long permits, long previous, long current, long elapsedMs, long expected) =>
        Assert.Equal(expected, new SlidingWindow(permits, 60_000).DelayOfNext(previous, current, elapsedMs));

    [Fact]
    public void Allowance_AnyState_IsWithinTheLimitAndNeverShrinks() => Prop.ForAll(States, state =>
    {
        var now = state.Window.Allowance(state.Previous, state.Elapsed);
        var later = state.Window.Allowance(state.Previous, (state.Elapsed + state.Window.LengthMs - 1) / 2);
        var estimate = (Math.Min(state.Previous, state.Window.Permits) * (double)(state.Window.LengthMs - state.Elapsed) / state.Window.LengthMs) + now;

        Assert.InRange(now, 0, state.Window.Permits);
        Assert.True(later >= now);
        Assert.True(estimate <= state.Window.Permits + 1e-6);
        Assert.True(estimate > state.Window.Permits - 1 - 1e-6);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void DelayOfNext_AnyState_IsTheFirstMillisecondAtWhichAPermitIsToBeHad() => Prop.ForAll(States, state =>
    {
        var delay = state.Window.DelayOfNext(state.Previous, state.Current, state.Elapsed);

        Assert.InRange(delay, 0, 2 * state.Window.LengthMs);
        Assert.True(Fits(state, delay));
        Assert.True(delay == 0 || !Fits(state, delay - 1));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void Admission_AnyCalls_KeepsEveryWindowOfTheClockWithinTheLimit() => Prop.ForAll(
        Gen.Choose(1, 50).ToArbitrary(), Gen.Choose(0, 400).ListOf(300).ToArbitrary(), (permits, gaps) =>
        {
            var window = new SlidingWindow(permits, 1_000);
            var counts = new Dictionary<long, long>();
            var now = 0L;
            foreach (var gap in gaps)
            {
                now += gap / permits;
                var index = window.IndexOf(now);
                var current = counts.GetValueOrDefault(index);
                if (window.DelayOfNext(counts.GetValueOrDefault(index - 1), current, window.ElapsedOf(index, now)) == 0)
                {
                    counts[index] = current + 1;
                }
            }

            Assert.All(counts.Values, count => Assert.InRange(count, 1, permits));
        }).Check(Config.QuickThrowOnFailure);

    [Theory]
    [InlineData(120_000, 2, 0)]
    [InlineData(179_999, 2, 59_999)]
    [InlineData(119_990, 2, 0)]
    public void ElapsedOf_TimeInAndBesideTheWindow_IsWithinIt(long nowMs, long index, long expected) =>
        Assert.Equal(expected, new SlidingWindow(1, 60_000).ElapsedOf(index, nowMs));

    [Fact]
    public void Arithmetic_OfTheGreatestLimit_DoesNotOverflow()
    {
        var window = new SlidingWindow(SlidingWindow.MaxPermits, 3_600_000);

        Assert.Equal(SlidingWindow.MaxPermits / 2, window.Allowance(SlidingWindow.MaxPermits, 1_800_000));
        Assert.Equal(1, window.DelayOfNext(SlidingWindow.MaxPermits, SlidingWindow.MaxPermits / 2, 1_800_000));
    }

    /// <summary>Whether one permit more fits after a while in which nobody called.</summary>
    private static bool Fits(State state, long delay)
    {
        var (window, previous, current) = (state.Window, state.Previous, Math.Min(state.Current, state.Window.Permits));
        var at = state.Elapsed + delay;
        return (at / window.LengthMs) switch
        {
            0 => current + 1 <= window.Allowance(previous, at),
            1 => window.Allowance(current, at - window.LengthMs) >= 1,
            _ => true,
        };
    }

    private sealed record State(SlidingWindow Window, long Previous, long Current, long Elapsed);
}
