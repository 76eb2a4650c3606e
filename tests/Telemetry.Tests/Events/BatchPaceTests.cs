using MoviesNow.Telemetry.Events;

namespace Telemetry.Tests.Events;

public sealed class BatchPaceTests
{
    private readonly TickingClock _clock = new();
    private readonly BatchPace _pace;

    public BatchPaceTests() => _pace = new BatchPace(_clock);

    [Fact]
    public void Delay_NothingIsOnItsWay_IsNone()
    {
        Commit(TimeSpan.FromSeconds(3));

        Assert.Equal(TimeSpan.Zero, _pace.Delay);
    }

    [Fact]
    public void Delay_AnotherBatchIsOnItsWay_IsWhatCommitsTakeOfLate()
    {
        for (var i = 0; i < 50; i++)
        {
            Commit(TimeSpan.FromMilliseconds(4));
        }

        using var another = _pace.Begin();
        Assert.InRange(_pace.Delay.TotalMilliseconds, 3.9, 4);
    }

    [Fact]
    public void Delay_CommitsAreSlow_IsBounded()
    {
        Commit(TimeSpan.FromSeconds(3));

        using var another = _pace.Begin();
        Assert.Equal(BatchPace.MaxDelay, _pace.Delay);
    }

    private void Commit(TimeSpan duration)
    {
        using var commit = _pace.Begin();
        _clock.Elapsed += duration;
    }

    private sealed class TickingClock : TimeProvider
    {
        public TimeSpan Elapsed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Elapsed.Ticks;
    }
}
