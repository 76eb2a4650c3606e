namespace MoviesNow.Cli.Tests.Transfer;

/// <summary>A clock that a test moves. Whoever waits by it waits no longer than the clock is moved on.</summary>
internal sealed class ManualClock : TimeProvider
{
    private readonly List<TimeSpan> _waits = [];
    private long _now;

    /// <summary>For how long somebody waited, in order.</summary>
    public IReadOnlyList<TimeSpan> Waits => _waits;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now;

    public void Advance(TimeSpan time) => _now += time.Ticks;

    /// <summary>Moves on by the time that is waited for, and ends the waiting.</summary>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _waits.Add(dueTime);
        Advance(dueTime);
        return System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
