using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MoviesNow.ServiceDefaults.Redis;
using StackExchange.Redis;

namespace MoviesNow.ServiceDefaults.RateLimits;

/// <summary>What the count that all replicas share gave.</summary>
/// <param name="Granted">Permits, from none to as many as were asked for.</param>
/// <param name="Left">What the limit leaves to everybody after that.</param>
/// <param name="DelayMs">When none were granted: milliseconds until one is to be had.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SharedGrant(long Granted, long Left, long DelayMs);

/// <summary>
/// Permits that all replicas gave, in Redis. Key: <c>mn:rate:{caller:method}:length:index</c>, a number: permits of one window;
/// <c>caller</c> is a hash, <c>length</c> the window's in milliseconds, <c>index</c> its number since 1970; both windows that a
/// decision needs share the hash tag. It lives for two windows and a minute.
/// One pipelined round trip adds what is asked for and reads the window before; what was added too much is taken back. As each
/// replica sees a sum of its own, the first to come get their permits and the others none, whatever the order: together never more
/// than the limit.
/// </summary>
internal sealed class SharedCounts(
    SharedRedis redis, CallerHash hash, IOptions<RateLimitOptions> options, TimeProvider time, RateLimitMetrics metrics, ILogger<SharedCounts> logger)
{
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    private long _failedAt;

    /// <summary>True for a while after Redis failed: a slow one must not cost each call its time-out.</summary>
    public bool IsDown => Volatile.Read(ref _failedAt) is not 0 and var at && time.GetElapsedTime(at) < options.Value.RedisRetryDelay;

    /// <summary>Asks for permits; null when Redis does not answer.</summary>
    public async Task<SharedGrant?> TakeAsync(RateBucket bucket, long count, long nowMs)
    {
        if (!MayTry())
        {
            return null;
        }

        try
        {
            var answer = AskAsync(bucket, count, nowMs);
            var grant = await answer.WaitAsync(options.Value.RedisTimeout, time);
            NoteSuccess();
            return grant;
        }
        catch (Exception exception)
        {
            // Whatever it is, it is not the caller's concern.
            NoteFailure(exception);
            return null;
        }
    }

    private async Task<SharedGrant> AskAsync(RateBucket bucket, long count, long nowMs)
    {
        var window = bucket.Window;
        var index = window.IndexOf(nowMs);
        var name = bucket.SharedName ??= $"mn:rate:{{{hash.Of(bucket.Key.Caller)}:{bucket.Key.Limit.Name}}}:{window.LengthMs}:";
        RedisKey key = $"{name}{index}";
        var lifetime = (2 * TimeSpan.FromMilliseconds(window.LengthMs)) + Margin;

        var database = redis.Database ?? await redis.ConnectAsync();
        // Before the count, so that no count is without an end, wherever the connection breaks.
        _ = database.StringSetAsync(key, 0, lifetime, When.NotExists, CommandFlags.FireAndForget);
        var adding = database.StringIncrementAsync(key, count);
        var reading = database.StringGetAsync($"{name}{index - 1}");
        await Task.WhenAll(adding, reading);

        var previous = (await reading).TryParse(out long parsed) ? parsed : 0;
        var elapsed = window.ElapsedOf(index, nowMs);
        var allowance = window.Allowance(previous, elapsed);
        var used = (await adding) - count;
        var granted = Math.Clamp(allowance - used, 0, count);
        if (granted < count)
        {
            // Before the answer: who comes again when it says, to whichever replica, must not be refused for this.
            await database.StringDecrementAsync(key, count - granted);
        }

        // What is beyond the allowance was asked for by others who are refused, too.
        var left = Math.Max(0, allowance - used - granted);
        return new SharedGrant(granted, left, granted > 0 ? 0 : Math.Max(1, window.DelayOfNext(previous, Math.Min(used, allowance), elapsed)));
    }

    /// <summary>After a failure one call tries again at a time; the others do not wait for it.</summary>
    private bool MayTry()
    {
        var at = Volatile.Read(ref _failedAt);
        return at == 0 || (time.GetElapsedTime(at) >= options.Value.RedisRetryDelay && Interlocked.CompareExchange(ref _failedAt, time.GetTimestamp(), at) == at);
    }

    private void NoteSuccess()
    {
        if (Volatile.Read(ref _failedAt) != 0 && Interlocked.Exchange(ref _failedAt, 0) != 0)
        {
            logger.LogInformation("Rate limits are shared by all replicas again");
        }
    }

    private void NoteFailure(Exception exception)
    {
        metrics.RedisFailed(exception is TimeoutException);
        if (Interlocked.Exchange(ref _failedAt, time.GetTimestamp()) == 0)
        {
            logger.LogWarning("Each replica limits rates alone until Redis answers again: {Failure}", exception.GetType().Name);
        }
    }
}
