using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace MoviesNow.Storage;

/// <summary>
/// Remembers for <see cref="StorageOptions.HeadCacheDuration"/> that an object is there, so that a popular download costs one HEAD. Storage is asked
/// anew about what is in use before that ends, so that nobody need wait, and at random moments, for objects that were asked for together
/// shall not be for ever. That an object is absent is never remembered, and who deletes one calls <see cref="Forget"/>.
/// </summary>
public sealed class HeadCache(IObjectStore store, IOptions<StorageOptions> options, TimeProvider clock) : IObjectHeads
{
    private const int Capacity = 10_000;

    private readonly ConcurrentDictionary<StorageKey, Entry> _entries = new();
    private readonly TimeSpan _duration = options.Value.HeadCacheDuration;

    /// <summary>What storage said of an object a short while ago; null when that is not remembered.</summary>
    public StoredObject? Recall(StorageKey key)
    {
        var now = clock.GetUtcNow();
        if (!_entries.TryGetValue(key, out var entry) || now >= entry.Until)
            return null;

        if (now >= entry.RefreshAt && entry.TryClaimRefresh())
            _ = RefreshAsync(key);
        return entry.Object;
    }

    /// <inheritdoc/>
    public async Task<StoredObject?> HeadAsync(StorageKey key, CancellationToken cancellationToken) =>
        Recall(key) ?? await AskAsync(key, cancellationToken);

    /// <summary>Makes the next HEAD of this object ask storage.</summary>
    public void Forget(StorageKey key) => _entries.TryRemove(key, out _);

    /// <summary>What goes wrong is told to the next caller who has to wait.</summary>
    private async Task RefreshAsync(StorageKey key) => await ((Task)AskAsync(key, CancellationToken.None)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task<StoredObject?> AskAsync(StorageKey key, CancellationToken cancellationToken)
    {
        // Its age counts from the question.
        var asked = clock.GetUtcNow();
        var found = await store.HeadAsync(key, cancellationToken);
        if (found is null)
            Forget(key);
        else if (_duration > TimeSpan.Zero)
            Remember(found, asked);
        return found;
    }

    private void Remember(StoredObject found, DateTimeOffset asked)
    {
        // Entries live for seconds: starting over once in a while is cheaper than keeping them in order of age.
        if (_entries.Count >= Capacity)
            _entries.Clear();
        _entries[found.Key] = new Entry(found, asked + _duration, asked + (_duration * (0.5 + (0.4 * Random.Shared.NextDouble()))));
    }

    private sealed class Entry(StoredObject found, DateTimeOffset until, DateTimeOffset refreshAt)
    {
        private int _isBeingRefreshed;

        public StoredObject Object => found;

        public DateTimeOffset Until => until;

        public DateTimeOffset RefreshAt => refreshAt;

        public bool TryClaimRefresh() => Interlocked.Exchange(ref _isBeingRefreshed, 1) == 0;
    }
}
