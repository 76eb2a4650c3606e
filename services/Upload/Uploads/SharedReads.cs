using System.Collections.Concurrent;
using MoviesNow.Storage;

namespace MoviesNow.Upload.Uploads;

/// <summary>
/// What can only be learned by reading an object. A large one takes longer to read than a call may last, so reading goes on when its caller
/// has gone, and whoever repeats the call joins it: on one replica, an object is read once however often it is asked for.
/// </summary>
internal sealed class SharedReads<T>(IHostApplicationLifetime lifetime, TimeProvider time) where T : class
{
    private static readonly TimeSpan KeepFor = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<(StorageKey Key, string ETag), Lazy<Task<T?>>> _reads = new();

    /// <summary>What reading an object, as HEAD told it, gives; null when it was replaced or deleted.</summary>
    /// <exception cref="StorageUnavailableException">Storage did not answer, or stopped in the middle.</exception>
    public Task<T?> OfAsync(StoredObject found, Func<CancellationToken, Task<T?>> read, CancellationToken cancellationToken) =>
        _reads.GetOrAdd((found.Key, found.ETag), id => new Lazy<Task<T?>>(() => ReadAsync(id, read))).Value.WaitAsync(cancellationToken);

    private async Task<T?> ReadAsync((StorageKey Key, string ETag) id, Func<CancellationToken, Task<T?>> read)
    {
        // Off the caller's thread at once: whoever created the entry must not read on its behalf.
        await Task.Yield();
        try
        {
            var value = await read(lifetime.ApplicationStopping);
            ForgetLater(id, value is null ? TimeSpan.Zero : KeepFor);
            return value;
        }
        catch
        {
            _reads.TryRemove(id, out _);
            throw;
        }
    }

    private void ForgetLater((StorageKey Key, string ETag) id, TimeSpan delay) =>
        _ = Task.Delay(delay, time, lifetime.ApplicationStopping).ContinueWith(
            _ => _reads.TryRemove(id, out var _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
