using MoviesNow.ServiceDefaults.Redis;
using MoviesNow.Storage;
using StackExchange.Redis;

namespace MoviesNow.Upload.Uploads;

/// <summary>How far the reading of objects that are checked has come, for whichever replica is asked. Nothing depends on it.</summary>
/// <remarks>Redis key: <c>mn:upload:check:{storage key}</c>, the bytes read, hash-tagged, lives for <see cref="Lifetime"/>.</remarks>
internal sealed class CheckProgress(IConnectionMultiplexer redis, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>Takes the bytes read so far of an object of this size, and tells them from time to time, and at the end.</summary>
    public Action<long> Of(StoredObject found)
    {
        var last = time.GetTimestamp();
        return read =>
        {
            if (read < found.Size && time.GetElapsedTime(last) < Interval)
            {
                return;
            }

            last = time.GetTimestamp();
            Tell(found.Key, read);
        };
    }

    /// <summary>The bytes read of an object; 0 when none were, or nobody knows.</summary>
    public async Task<long> FindAsync(StorageKey key)
    {
        try
        {
            return (long?)await redis.GetDatabase().StringGetAsync(KeyOf(key)) ?? 0;
        }
        catch (Exception e) when (e is RedisException or ObjectDisposedException || RedisOutage.Is(e))
        {
            return 0;
        }
    }

    private void Tell(StorageKey key, long read)
    {
        try
        {
            redis.GetDatabase().StringSet(KeyOf(key), read, Lifetime, flags: CommandFlags.FireAndForget);
        }
        catch (Exception e) when (e is RedisException or ObjectDisposedException || RedisOutage.Is(e))
        {
            // The check itself goes on.
        }
    }

    private static string KeyOf(StorageKey key) => $"mn:upload:check:{{{key.Value}}}";
}
