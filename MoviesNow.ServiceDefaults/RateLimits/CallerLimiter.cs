using System.Threading.RateLimiting;

namespace MoviesNow.ServiceDefaults.RateLimits;

/// <summary>
/// Limits one caller of one method with a token bucket: it begins full, and permits come back evenly over the window. The bucket that
/// counts is in Redis. This replica takes permits from it, one at a time or in batches, and counts what it admits in a bucket of its own,
/// which decides while Redis does not answer. The framework's TokenBucketRateLimiter cannot be that bucket: after a pause it admits
/// twice its limit.
/// </summary>
internal sealed class CallerLimiter(LimitedCaller key, SharedBuckets? shared, TimeProvider time, RateLimitMetrics metrics) : RateLimiter
{
    private readonly RateLimit _limit = key.Limit;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Lock _gate = new();

    // Milliseconds of a clock that is never set back.
    private double _fullAt = NowOf(time);
    private double _heldUntil;
    // The two differ by how long Redis took to say so: whoever comes when told must not be refused by what another replica said before.
    private double _refusedUntil;
    private double _toldUntil;
    private long _held;

    /// <summary>Since the bucket is full; the framework then forgets the caller after ten seconds.</summary>
    public override TimeSpan? IdleDuration =>
        NowOf(time) - Math.Max(_fullAt, _refusedUntil) is > 0 and var idle ? TimeSpan.FromMilliseconds(idle) : null;

    public override RateLimiterStatistics? GetStatistics() => null;

    protected override RateLimitLease AttemptAcquireCore(int permitCount) => TakeHeld() ?? TakeAlone();

    protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken)
    {
        if (TakeHeld() is { } known)
        {
            return new(known);
        }

        return shared is null or { IsDown: true } ? new(TakeAlone()) : TakeSharedAsync(shared, cancellationToken);
    }

    private async ValueTask<RateLimitLease> TakeSharedAsync(SharedBuckets buckets, CancellationToken cancellationToken)
    {
        // Calls at the same time wait for one batch instead of asking for one each.
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return TakeHeld() ?? Take(NowOf(time), await buckets.TakeAsync(key)) ?? TakeAlone();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Decides by what Redis said last; null when it has to be asked.</summary>
    private RateLease? TakeHeld()
    {
        lock (_gate)
        {
            var now = NowOf(time);
            if (_held > 0 && now < _heldUntil)
            {
                _held--;
                return Admit(now);
            }

            return now < _refusedUntil ? RateLease.RefusedFor(_toldUntil - now) : null;
        }
    }

    private RateLease? Take(double askedAt, (long Permits, long DelayMs)? answer)
    {
        lock (_gate)
        {
            var now = NowOf(time);
            if (answer is not var (permits, delayMs))
            {
                return null;
            }

            (_held, _heldUntil) = (permits - 1, now + _limit.WindowMs);
            return permits > 0 ? Admit(now) : Refuse(askedAt, now, delayMs);
        }
    }

    private RateLease TakeAlone()
    {
        lock (_gate)
        {
            var now = NowOf(time);
            var delay = Math.Max(_fullAt, now) + _limit.PermitMs - now - _limit.WindowMs;
            var lease = delay < RateLease.Precision ? Admit(now) : Refuse(now, now, delay);
            if (shared is not null)
            {
                metrics.DecidedAlone(_limit.Method, lease.IsAcquired);
            }

            return lease;
        }
    }

    private RateLease Admit(double now)
    {
        _fullAt = Math.Max(_fullAt, now) + _limit.PermitMs;
        return RateLease.Admitted;
    }

    private RateLease Refuse(double askedAt, double now, double delayMs)
    {
        (_refusedUntil, _toldUntil) = (askedAt + delayMs, now + delayMs);
        return RateLease.RefusedFor(delayMs);
    }

    private static double NowOf(TimeProvider time) => time.GetElapsedTime(0).TotalMilliseconds;
}
