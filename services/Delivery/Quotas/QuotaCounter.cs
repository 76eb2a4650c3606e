using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using MoviesNow.Delivery.Links;
using StackExchange.Redis;

namespace MoviesNow.Delivery.Quotas;

/// <summary>A count of one day.</summary>
/// <param name="Name">Hash of the network, and the kind of quota.</param>
/// <param name="Day">The day, UTC.</param>
internal readonly record struct QuotaName(string Name, DateOnly Day);

/// <summary>
/// Counts links by day for all replicas, in Redis. Key: <c>mn:delivery:quota:{name}:{day}</c>, where the name has a hash of the network. Value: links
/// given. It expires an hour after its day. While Redis is away each replica counts alone, from zero: downloads go on, and a network
/// gets at most one quota more from each replica.
/// </summary>
internal sealed class QuotaCounter(
    IConnectionMultiplexer redis, IOptions<QuotaOptions> options, LinkMetrics metrics, TimeProvider time, ILogger<QuotaCounter> logger)
{
    /// <summary>How many counts a replica keeps while it counts alone; beyond it begins anew.</summary>
    private const int MaxAlone = 100_000;

    private static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<QuotaName, int> _alone = new();
    private long _failedAt;

    /// <summary>Adds to a count, up to a limit.</summary>
    /// <returns>How much was added, and how much is left.</returns>
    public async Task<(int Taken, int Left)> TakeAsync(QuotaName name, int count, int limit)
    {
        var used = await SharedAsync(name, count) ?? Alone(name, count);
        var taken = (int)Math.Clamp(limit - (used - count), 0, count);
        if (taken < count)
        {
            await GiveBackAsync(name, count - taken);
        }

        return (taken, (int)Math.Clamp(limit - used, 0, limit));
    }

    /// <summary>Takes from a count what was added in vain. When that fails the network has used it up.</summary>
    public async Task GiveBackAsync(QuotaName name, int count)
    {
        if (_alone.ContainsKey(name))
        {
            _alone.AddOrUpdate(name, 0, (_, used) => Math.Max(0, used - count));
            return;
        }

        try
        {
            await redis.GetDatabase().StringDecrementAsync(KeyOf(name), count).WaitAsync(options.Value.RedisTimeout, time);
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    private async Task<long?> SharedAsync(QuotaName name, int count)
    {
        var failedAt = Volatile.Read(ref _failedAt);
        if (failedAt != 0 && time.GetElapsedTime(failedAt) < options.Value.RedisRetryDelay)
        {
            return null;
        }

        try
        {
            var database = redis.GetDatabase();
            var key = KeyOf(name);
            var used = database.StringIncrementAsync(key, count);
            _ = database.KeyExpireAsync(key, LifetimeOf(name.Day), ExpireWhen.HasNoExpiry, CommandFlags.FireAndForget);
            var total = await used.WaitAsync(options.Value.RedisTimeout, time);
            if (Interlocked.Exchange(ref _failedAt, 0) != 0)
            {
                _alone.Clear();
                logger.LogInformation("Quotas are shared by all replicas again");
            }

            return total;
        }
        catch (Exception exception)
        {
            Fail(exception);
            return null;
        }
    }

    private long Alone(QuotaName name, int count)
    {
        metrics.QuotaCountedAlone();
        if (_alone.Count >= MaxAlone)
        {
            _alone.Clear();
        }

        return _alone.AddOrUpdate(name, count, (_, used) => used + count);
    }

    private void Fail(Exception exception)
    {
        // Whatever it is, the call goes on without Redis.
        if (Interlocked.Exchange(ref _failedAt, time.GetTimestamp()) == 0)
        {
            logger.LogWarning("Each replica counts quotas alone until Redis answers again: {Failure}", exception.GetType().Name);
        }
    }

    private TimeSpan LifetimeOf(DateOnly day) => new DateTimeOffset(day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero) - time.GetUtcNow() + Grace;

    private static RedisKey KeyOf(QuotaName name) => $"mn:delivery:quota:{{{name.Name}}}:{name.Day:yyyyMMdd}";
}
