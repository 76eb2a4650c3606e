using System.Collections.Concurrent;
using System.Diagnostics;

namespace MoviesNow.ServiceDefaults.Tests.Idempotency;

/// <summary>
/// A monotonic clock that a test moves: repeating timers fire when it does and they are due, and no others. Single waits are real,
/// but those for Redis may be ended.
/// </summary>
internal sealed class LeaseTime : TimeProvider
{
    /// <summary>The time-out of <see cref="IdempotentHost"/>, by which waits for Redis are told from others.</summary>
    public static readonly TimeSpan RedisTimeout = TimeSpan.FromMilliseconds(1_999);

    private readonly ConcurrentDictionary<Timer, bool> _timers = new();
    private readonly ConcurrentDictionary<Wait, bool> _waits = new();
    private long _ahead;

    /// <summary>Repeating timers that nobody disposed of.</summary>
    public int Timers => _timers.Count;

    public void Advance(TimeSpan by)
    {
        Interlocked.Add(ref _ahead, (long)(by.TotalSeconds * TimestampFrequency));
        foreach (var timer in _timers.Keys)
        {
            timer.FireIfDue();
        }
    }

    /// <summary>Ends the wait for Redis, once there is one, as if its time were over.</summary>
    public async Task EndWaitAsync()
    {
        // A held answer may come to be before whoever asked begins to wait for it.
        for (var start = Stopwatch.GetTimestamp(); _waits.IsEmpty; await Task.Yield())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(20), "Nobody waits for Redis.");
        }

        Assert.Single(_waits).Key.End();
    }

    public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _ahead);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (period != Timeout.InfiniteTimeSpan)
        {
            var timer = new Timer(this, () => callback(state), dueTime, period);
            _timers[timer] = true;
            return timer;
        }

        var real = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime != RedisTimeout)
        {
            return real;
        }

        var wait = new Wait(this, real, () => callback(state));
        _waits[wait] = true;
        return wait;
    }

    private sealed class Timer(LeaseTime owner, Action fire, TimeSpan dueTime, TimeSpan period) : ITimer
    {
        private readonly long _since = owner.GetTimestamp();
        private TimeSpan _next = dueTime;

        public void FireIfDue()
        {
            for (var elapsed = owner.GetElapsedTime(_since); _next <= elapsed; _next += period)
            {
                fire();
            }
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException();

        public void Dispose() => owner._timers.TryRemove(this, out _);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Wait(LeaseTime owner, ITimer real, Action end) : ITimer
    {
        public void End() => end();

        public bool Change(TimeSpan dueTime, TimeSpan period) => real.Change(dueTime, period);

        public void Dispose()
        {
            owner._waits.TryRemove(this, out _);
            real.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
