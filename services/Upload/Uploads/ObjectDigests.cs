using System.Collections.Concurrent;
using MoviesNow.Storage;

namespace MoviesNow.Upload.Uploads;

/// <summary>
/// Digests of objects that storage keeps no trustworthy checksum of. A large object takes longer to read than a call may last, so
/// reading goes on when its caller has gone, and whoever repeats the call joins it: on one replica, an object is read once however often it is asked for.
/// </summary>
internal sealed class ObjectDigests(ObjectHasher hasher, IHostApplicationLifetime lifetime, TimeProvider time)
{
    private static readonly TimeSpan KeepFor = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<(StorageKey Key, string ETag), Lazy<Task<Sha256Digest?>>> _digests = new();

    /// <summary>The digest of an object as HEAD told it; null when it was replaced or deleted.</summary>
    /// <exception cref="StorageUnavailableException">Storage did not answer, or stopped in the middle.</exception>
    public Task<Sha256Digest?> OfAsync(StoredObject found, CancellationToken cancellationToken)
    {
        var id = (found.Key, found.ETag);
        return _digests.GetOrAdd(id, key => new Lazy<Task<Sha256Digest?>>(() => ReadAsync(key))).Value.WaitAsync(cancellationToken);
    }

    private async Task<Sha256Digest?> ReadAsync((StorageKey Key, string ETag) id)
    {
        // Off the caller's thread at once: whoever created the entry must not read on its behalf.
        await Task.Yield();
        try
        {
            var hashed = await hasher.HashAsync(id.Key, id.ETag, lifetime.ApplicationStopping);
            ForgetLater(id, hashed is null ? TimeSpan.Zero : KeepFor);
            return hashed?.Sha256;
        }
        catch
        {
            _digests.TryRemove(id, out _);
            throw;
        }
    }

    private void ForgetLater((StorageKey Key, string ETag) id, TimeSpan delay) =>
        _ = Task.Delay(delay, time, lifetime.ApplicationStopping).ContinueWith(
            _ => _digests.TryRemove(id, out var _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
