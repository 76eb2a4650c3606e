using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace MoviesNow.Storage;

/// <summary>
/// Remembers for <see cref="StorageOptions.HeadCacheDuration"/> that an object is there, so that a popular download costs one HEAD.
/// That an object is absent is never remembered, and who deletes one calls <see cref="Forget"/>.
/// </summary>
public sealed class HeadCache(IObjectStore store, IOptions<StorageOptions> options, TimeProvider clock) : IObjectHeads
{
    private const int Capacity = 10_000;

    private readonly ConcurrentDictionary<StorageKey, Entry> _entries = new();
    private readonly TimeSpan _duration = options.Value.HeadCacheDuration;

    /// <inheritdoc/>
    public async Task<StoredObject?> HeadAsync(StorageKey key, CancellationToken cancellationToken)
    {
        if (_entries.TryGetValue(key, out var entry) && clock.GetUtcNow() < entry.Until)
            return entry.Object;

        var found = await store.HeadAsync(key, cancellationToken);
        if (found is null)
            Forget(key);
        else if (_duration > TimeSpan.Zero)
            Remember(found);
        return found;
    }

    /// <summary>Makes the next HEAD of this object ask storage.</summary>
    public void Forget(StorageKey key) => _entries.TryRemove(key, out _);

    private void Remember(StoredObject found)
    {
        // Entries live for seconds: starting over once in a while is cheaper than keeping them in order of age.
        if (_entries.Count >= Capacity)
            _entries.Clear();
        _entries[found.Key] = new Entry(found, clock.GetUtcNow() + _duration);
    }

    private sealed record Entry(StoredObject Object, DateTimeOffset Until);
}
