using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MoviesNow.ServiceDefaults.Redis;

namespace MoviesNow.ServiceDefaults.RateLimits;

/// <summary>
/// The buckets that all replicas share, in Redis. Key: <c>mn:rate:{caller:method}</c>, where <c>caller</c> is a hash. Value: the time
/// at which the bucket is full again; then the key expires. The time is that of Redis, so replicas' clocks do not matter.
/// </summary>
internal sealed class SharedBuckets(
    SharedRedis redis, CallerHash hash, IOptions<RateLimitOptions> options, TimeProvider time, RateLimitMetrics metrics, ILogger<SharedBuckets> logger)
{
    // A batch is at most a tenth of what is left, so that replicas share the last permits.
    private const string Script = """
        local time = redis.call('TIME')
        local now = time[1] * 1000 + time[2] / 1000
        local window, permit, batch = tonumber(ARGV[1]), ARGV[1] / ARGV[2], tonumber(ARGV[3])
        local full = math.max(now, math.min(tonumber(redis.call('GET', KEYS[1]) or 0), now + window))
        local left = math.floor((now + window - full) / permit + 0.001)
        if left < 1 then
            return {0, math.ceil(full + permit - now - window)}
        end
        local granted = math.min(batch, math.max(1, math.floor(left / 10)))
        full = full + granted * permit
        redis.call('SET', KEYS[1], string.format('%.3f', full), 'PX', math.ceil(full - now))
        return {granted, 0}
        """;

    private long _failedAt;

    /// <summary>True for a while after Redis failed: a slow one must not cost each call its time-out.</summary>
    public bool IsDown => Volatile.Read(ref _failedAt) is not 0 and var at && time.GetElapsedTime(at) < options.Value.RedisRetryDelay;

    /// <summary>Takes permits: as many as were to be had, or none and the milliseconds until there is one. Null when Redis does not answer.</summary>
    public async Task<(long Permits, long DelayMs)?> TakeAsync(LimitedCaller key)
    {
        // After a failure one call tries at a time; the others do not wait for it.
        var failedAt = Volatile.Read(ref _failedAt);
        if (failedAt != 0 && (IsDown || Interlocked.CompareExchange(ref _failedAt, time.GetTimestamp(), failedAt) != failedAt))
        {
            return null;
        }

        try
        {
            var grant = await AskAsync(key).WaitAsync(options.Value.RedisTimeout, time);
            if (Interlocked.Exchange(ref _failedAt, 0) != 0)
            {
                logger.LogInformation("Rate limits are shared by all replicas again");
            }

            return grant;
        }
        catch (Exception exception)
        {
            // Whatever it is, the call goes on without Redis.
            metrics.RedisFailed(exception is TimeoutException);
            if (Interlocked.Exchange(ref _failedAt, time.GetTimestamp()) == 0)
            {
                logger.LogWarning("Each replica limits rates alone until Redis answers again: {Failure}", exception.GetType().Name);
            }

            return null;
        }
    }

    private async Task<(long Permits, long DelayMs)> AskAsync(LimitedCaller key)
    {
        var database = redis.Database ?? await redis.ConnectAsync();
        var answer = (long[])(await database.ScriptEvaluateAsync(
            Script, [$"mn:rate:{{{hash.Of(key.Caller)}:{key.Limit.Name}}}"], [key.Limit.WindowMs, key.Limit.Permits, key.Limit.Batch]))!;
        return (answer[0], answer[1]);
    }
}
