using MoviesNow.ServiceDefaults.Identity;

namespace MoviesNow.ServiceDefaults.RateLimits;

/// <summary>A limit and whom it limits.</summary>
internal readonly record struct BucketKey(RateLimit Limit, CallerId Caller);

/// <summary>
/// What this replica knows of one caller of one method: permits that it holds of the count that all replicas share, until when the
/// caller is refused, and its own count, by which it decides alone while the shared one cannot be had.
/// </summary>
internal sealed class RateBucket(BucketKey key)
{
    // Up to this limit, each call asks for its own permit.
    private const long SmallLimit = 120;

    // A replica holds at most this part of the limit, less as the limit comes near, and never more than MaxBatch.
    private const long BatchPart = 40;
    private const long NearPart = 10;
    private const long MaxBatch = 500;

    private readonly Lock _gate = new();
    private long _refusedUntil;
    private long _index = -1;
    private long _previous;
    private long _current;
    private long _held;
    private long _heldIn = -1;
    private long _left = key.Limit.Window.Permits;
    private Task<bool>? _refill;

    public BucketKey Key { get; } = key;

    public SlidingWindow Window { get; } = key.Limit.Window;

    /// <summary>What the shared counts of this caller and method are kept under; made when it is needed first.</summary>
    public string? SharedName { get; set; }

    /// <summary>True when permits are leased in batches.</summary>
    public bool IsLeased => Window.Permits > SmallLimit;

    /// <summary>Decides by what is known here; <see cref="RateDecision.Unknown"/> when the shared count must be asked.</summary>
    public RateDecision TakeHeld(long nowMs)
    {
        lock (_gate)
        {
            if (_held > 0 && _heldIn == Window.IndexOf(nowMs))
            {
                _held--;
                Count(nowMs);
                return RateDecision.Admitted;
            }

            // Two windows are the longest delay there is: what is further off was said before the clock was set back.
            return _refusedUntil > nowMs && _refusedUntil - nowMs <= 2 * Window.LengthMs ? RateDecision.RefusedFor(_refusedUntil - nowMs) : default;
        }
    }

    /// <summary>Decides by the calls that this replica admitted.</summary>
    public RateDecision TakeAlone(long nowMs)
    {
        lock (_gate)
        {
            Roll(nowMs);
            var delay = Window.DelayOfNext(_previous, _current, Window.ElapsedOf(_index, nowMs));
            if (delay > 0)
            {
                _refusedUntil = nowMs + delay;
                return RateDecision.RefusedFor(delay);
            }

            _current++;
            return RateDecision.Admitted;
        }
    }

    /// <summary>Counts a call that was admitted with a permit of its own.</summary>
    public RateDecision Admit(long nowMs)
    {
        lock (_gate)
        {
            Count(nowMs);
            return RateDecision.Admitted;
        }
    }

    /// <summary>Refuses until a time that the shared count has told.</summary>
    public RateDecision Refuse(long nowMs, long delayMs)
    {
        lock (_gate)
        {
            _refusedUntil = Math.Max(_refusedUntil, nowMs + delayMs);
            return RateDecision.RefusedFor(delayMs);
        }
    }

    /// <summary>Adds permits that were leased in a window.</summary>
    /// <param name="granted">What the shared count gave.</param>
    /// <param name="index">The window that they belong to, in which alone they can be spent.</param>
    /// <param name="left">What the limit left to everybody then.</param>
    public void Hold(long granted, long index, long left)
    {
        lock (_gate)
        {
            _held = granted + (_heldIn == index ? _held : 0);
            _heldIn = index;
            _left = left;
        }
    }

    /// <summary>How many permits to lease at once.</summary>
    public long BatchSize(long nowMs)
    {
        lock (_gate)
        {
            var left = _heldIn == Window.IndexOf(nowMs) ? _left : Window.Permits;
            return Math.Clamp(left / NearPart, 1, Math.Clamp(Window.Permits / BatchPart, 1, MaxBatch));
        }
    }

    /// <summary>The lease that is under way, or a new one: callers who wait, wait for the same.</summary>
    public Task<bool> Refill(Func<RateBucket, Task<bool>> lease)
    {
        TaskCompletionSource<bool> refill;
        lock (_gate)
        {
            if (_refill is { IsCompleted: false })
            {
                return _refill;
            }

            refill = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            _refill = refill.Task;
        }

        return RunAsync(refill, lease);
    }

    private async Task<bool> RunAsync(TaskCompletionSource<bool> refill, Func<RateBucket, Task<bool>> lease)
    {
        var isLeased = false;
        try
        {
            return isLeased = await lease(this);
        }
        finally
        {
            refill.SetResult(isLeased);
        }
    }

    private void Count(long nowMs)
    {
        Roll(nowMs);
        _current++;
    }

    private void Roll(long nowMs)
    {
        var index = Window.IndexOf(nowMs);

        // A clock that was set back by less than a window goes on in the window that it was in.
        if (index == _index || index == _index - 1)
        {
            return;
        }

        _previous = index == _index + 1 ? _current : 0;
        _current = 0;
        _index = index;
    }
}
