using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MoviesNow.ServiceDefaults.Redis;
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
    SharedRedis shared, IOptions<IdempotencyOptions> options, TimeProvider time, ILogger<IdempotencyStore> logger)
{
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);

    private long _toldAt;

    public TimeProvider Time => time;

    public IdempotencyOptions Options => options.Value;

    /// <summary>Claims the key of a call for this replica.</summary>
    public async Task<Claim> ClaimAsync(KeyedCall call)
    {
        if (!shared.IsThere || (shared.Database ?? await TryAsync(shared.ConnectAsync)) is not { } database)
        {
            return default;
        }

        RedisKey key = $"mn:idempotency:{{{call.RecordName}}}";
        var running = IdempotencyRecord.Running(call);
        var claimedAt = time.GetTimestamp();
        try
        {
            var earlier = await database.StringSetAndGetAsync(key, running, Options.Lease, keepTtl: false, When.NotExists).WaitAsync(Options.RedisTimeout, time);
            return earlier.IsNull ? new Claim(new Lease(this, database, key, running, claimedAt), Earlier: null) : new Claim(Lease: null, earlier);
        }
        catch (TimeoutException)
        {
            NoteOutage(nameof(TimeoutException));
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
            // A Redis that is away fails at once. A slow one is waited for each time: who did not ask it might run a call again.
            return await step().WaitAsync(Options.RedisTimeout, time);
        }
        catch (Exception e) when (IsOutage(e))
        {
            NoteOutage(e.GetType().Name);
            return default;
        }
    }

    private void NoteOutage(string failure)
    {
        var toldAt = Volatile.Read(ref _toldAt);
        if ((toldAt == 0 || time.GetElapsedTime(toldAt) >= LogInterval) && Interlocked.CompareExchange(ref _toldAt, time.GetTimestamp(), toldAt) == toldAt)
        {
            logger.LogWarning("Mutations run without idempotency records while Redis does not answer: {Failure}", failure);
        }
    }

    // No step is given a token of the caller, so what was cancelled was cancelled by the driver, which lost its connection. The last two
    // also of a Redis that is not configured rightly, which only connecting to it finds out.
    private static bool IsOutage(Exception exception) =>
        exception is RedisException or TimeoutException or OperationCanceledException or InvalidOperationException or ArgumentException
        || RedisOutage.Is(exception);
}
