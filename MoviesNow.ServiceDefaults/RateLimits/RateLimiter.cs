using MoviesNow.ServiceDefaults.Identity;

namespace MoviesNow.ServiceDefaults.RateLimits;

/// <summary>
/// Admits as many calls of a method by a caller as the limit says, over all replicas together: never more, as long as Redis answers.
/// Up to 120 permits per window each call asks Redis. Beyond that, replicas lease permits in batches of at most a fortieth of the
/// limit, which shrink as the limit comes near, and spend them without asking; what a replica leased and did not spend is lost for
/// that window, so that a caller who is spread over replicas may be refused at most a batch per other replica early.
/// While Redis does not answer, and where there is none, each replica applies the limit to the calls that it admitted itself, those
/// before the outage included. Admitted there is then at most the limit per replica.
/// </summary>
/// <param name="buckets">What is known of the callers.</param>
/// <param name="shared">The count of all replicas; null to decide alone.</param>
/// <param name="time">The clock, which replicas share but for milliseconds.</param>
/// <param name="metrics">Counts.</param>
internal sealed class RateLimiter(BucketTable buckets, SharedCounts? shared, TimeProvider time, RateLimitMetrics metrics)
{
    /// <summary>Takes one permit.</summary>
    public ValueTask<RateDecision> TakeAsync(RateLimit limit, CallerId caller)
    {
        var now = Now();
        var bucket = buckets.Get(new BucketKey(limit, caller), now);
        var decision = bucket.TakeHeld(now);
        if (decision.IsKnown)
        {
            return new(decision);
        }

        if (shared is null)
        {
            return new(bucket.TakeAlone(now));
        }

        if (shared.IsDown)
        {
            return new(TakeAlone(bucket));
        }

        return new(bucket.IsLeased ? TakeLeasedAsync(bucket) : TakeSharedAsync(bucket, now));
    }

    private async Task<RateDecision> TakeSharedAsync(RateBucket bucket, long now) => await shared!.TakeAsync(bucket, 1, now) switch
    {
        null => TakeAlone(bucket),
        { Granted: > 0 } => bucket.Admit(now),
        { DelayMs: var delay } => bucket.Refuse(now, delay),
    };

    private async Task<RateDecision> TakeLeasedAsync(RateBucket bucket)
    {
        while (await bucket.Refill(LeaseAsync))
        {
            if (bucket.TakeHeld(Now()) is { IsKnown: true } decision)
            {
                return decision;
            }
        }

        return TakeAlone(bucket);
    }

    private async Task<bool> LeaseAsync(RateBucket bucket)
    {
        var now = Now();
        if (await shared!.TakeAsync(bucket, bucket.BatchSize(now), now) is not { } grant)
        {
            return false;
        }

        if (grant.Granted > 0)
        {
            bucket.Hold(grant.Granted, bucket.Window.IndexOf(now), grant.Left);
        }
        else
        {
            bucket.Refuse(now, grant.DelayMs);
        }

        return true;
    }

    private RateDecision TakeAlone(RateBucket bucket)
    {
        var decision = bucket.TakeAlone(Now());
        metrics.DecidedAlone(bucket.Key.Limit.Method, decision.IsAdmitted);
        return decision;
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
