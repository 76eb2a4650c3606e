using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace MoviesNow.ServiceDefaults.Idempotency;

/// <summary>What came of claiming a key.</summary>
/// <param name="Lease">The right to run the call; null when an earlier call has it, or Redis does not answer.</param>
/// <param name="Earlier">The record of an earlier call.</param>
internal readonly record struct Claim(Lease? Lease, byte[]? Earlier);

/// <summary>
/// Records of calls in Redis. Key: <c>mn:idempotency:{name}</c>, a string (<see cref="IdempotencyRecord"/>); <c>{name}</c> is a hash
/// of caller, method and idempotency key, and the hash tag. It lives for the lease while the call runs, then for the retention.
/// One command claims and one completes; both are single steps on one key.
/// </summary>
internal sealed class IdempotencyStore(
    IServiceProvider services, IOptions<IdempotencyOptions> options, TimeProvider time, ILogger<IdempotencyStore> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lazy<IConnectionMultiplexer?> _redis = new(services.GetService<IConnectionMultiplexer>);
    private long _pausedAt;

    public TimeProvider Time => time;

    public IdempotencyOptions Options => options.Value;

    /// <summary>Claims the key of a call for this replica.</summary>
    public async Task<Claim> ClaimAsync(KeyedCall call)
    {
        if (IsPaused || _redis.Value is not { } redis)
        {
            return default;
        }

        RedisKey key = $"mn:idempotency:{{{call.RecordName}}}";
        var running = IdempotencyRecord.Running(call);
        var claimedAt = time.GetTimestamp();
        var database = redis.GetDatabase();
        try
        {
            var earlier = await database.StringSetAndGetAsync(key, running, Options.Lease, keepTtl: false, When.NotExists).WaitAsync(Options.RedisTimeout, time);
            return earlier.IsNull ? new Claim(new Lease(this, database, key, running, claimedAt), Earlier: null) : new Claim(Lease: null, earlier);
        }
        catch (TimeoutException)
        {
            NoteOutage("does not answer in time");
            // It may have been claimed all the same: then completing the call completes the record, too.
            return new Claim(new Lease(this, database, key, running, claimedAt: null), Earlier: null);
        }
        catch (Exception e) when (IsOutage(e))
        {
            NoteOutage(e.GetType().Name);
            return default;
        }
    }

    /// <summary>One step on a record; the default when Redis does not answer.</summary>
    public async Task<T?> TryAsync<T>(Func<Task<T>> step)
    {
        try
        {
            return await step().WaitAsync(Options.RedisTimeout, time);
        }
        catch (Exception e) when (IsOutage(e))
        {
            NoteOutage(e.GetType().Name);
            return default;
        }
    }

    // A slow Redis must not cost each call its time-out.
    private bool IsPaused => Volatile.Read(ref _pausedAt) is var at and not 0 && time.GetElapsedTime(at) < Pause;

    private void NoteOutage(string failure)
    {
        Volatile.Write(ref _pausedAt, time.GetTimestamp());
        logger.LogWarning("Mutations run without idempotency records for {Pause}: Redis {Failure}", Pause, failure);
    }

    private static bool IsOutage(Exception exception) => exception is RedisException or TimeoutException or ObjectDisposedException;
}
