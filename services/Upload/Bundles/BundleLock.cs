using MoviesNow.ServiceDefaults.Redis;
using MoviesNow.Storage;
using StackExchange.Redis;

namespace MoviesNow.Upload.Bundles;

/// <summary>
/// Lets creators of one bundle go one after the other across replicas, so that each loser learns the real reason rather than that
/// somebody else is at it. It is a courtesy: who waits too long, or finds Redis down, goes on, and the database decides.
/// </summary>
/// <remarks>Redis key: <c>mn:upload:bundle-lock:{storage key}</c>, a string with the holder's token, hash-tagged, lives for at most <see cref="Lifetime"/>.</remarks>
internal sealed class BundleLock(IConnectionMultiplexer redis, TimeProvider time, ILogger<BundleLock> logger)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(25);

    /// <summary>Waits for the turn. Dispose what it returns to end it.</summary>
    public async Task<IAsyncDisposable> TakeAsync(StorageKey key, CancellationToken cancellationToken)
    {
        var turn = new Turn(this, $"mn:upload:bundle-lock:{{{key.Value}}}", Guid.CreateVersion7(time.GetUtcNow()).ToString());
        var giveUpAt = time.GetUtcNow() + Patience;
        while (!await TryTakeAsync(turn) && time.GetUtcNow() < giveUpAt)
        {
            await Task.Delay(PollInterval, time, cancellationToken);
        }

        return turn;
    }

    /// <summary>True also when Redis does not answer: there is nothing to wait for then.</summary>
    private async Task<bool> TryTakeAsync(Turn turn)
    {
        try
        {
            return await redis.GetDatabase().LockTakeAsync(turn.Key, turn.Token, Lifetime);
        }
        catch (Exception e) when (e is RedisException or ObjectDisposedException || RedisOutage.Is(e))
        {
            logger.LogWarning("A bundle is created without its lock: {Failure}", e.GetType().Name);
            return true;
        }
    }

    private async Task EndAsync(Turn turn)
    {
        try
        {
            // Only if it is still this turn's.
            await redis.GetDatabase().LockReleaseAsync(turn.Key, turn.Token);
        }
        catch (Exception e) when (e is RedisException or ObjectDisposedException || RedisOutage.Is(e))
        {
            logger.LogDebug("A bundle's lock is left to expire: {Failure}", e.GetType().Name);
        }
    }

    private sealed record Turn(BundleLock Owner, string Key, string Token) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await Owner.EndAsync(this);
    }
}
