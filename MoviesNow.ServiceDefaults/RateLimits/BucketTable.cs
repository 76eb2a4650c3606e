using System.Collections.Concurrent;

namespace MoviesNow.ServiceDefaults.RateLimits;

/// <summary>
/// The buckets of recent callers, in two generations: who calls moves to the young one, and when that is full or as old as counts
/// can matter, the old one goes with all who did not call. So callers that come and go cost nothing, and however many there are,
/// memory is bounded. A caller that goes while it is still counted loses what this replica alone knew, not the shared count.
/// </summary>
/// <param name="capacity">The most buckets that are held.</param>
/// <param name="lifetimeMs">How long a generation is young: two of the longest windows.</param>
internal sealed class BucketTable(int capacity, long lifetimeMs)
{
    private readonly Lock _turn = new();
    private Generations _generations = new([], [], 0);

    /// <summary>How many buckets are held.</summary>
    public int Count => _generations.Young.Count + _generations.Old.Keys.Count(key => !_generations.Young.ContainsKey(key));

    public RateBucket Get(in BucketKey key, long nowMs)
    {
        var generations = Volatile.Read(ref _generations);
        return generations.Young.TryGetValue(key, out var bucket) ? bucket : Add(generations, key, nowMs);
    }

    private RateBucket Add(Generations generations, in BucketKey key, long nowMs)
    {
        if (generations.IsFull(capacity / 2) || Math.Abs(nowMs - generations.SinceMs) > lifetimeMs)
        {
            generations = Turn(generations, nowMs);
        }

        // Whoever adds takes the old bucket along: two at once find the same.
        var bucket = generations.Old.TryGetValue(key, out var old) ? old : new RateBucket(key);
        if (generations.Young.TryAdd(key, bucket))
        {
            generations.CountOne();
            return bucket;
        }

        return generations.Young.TryGetValue(key, out var first) ? first : bucket;
    }

    private Generations Turn(Generations seen, long nowMs)
    {
        lock (_turn)
        {
            if (ReferenceEquals(seen, _generations))
            {
                Volatile.Write(ref _generations, new Generations([], seen.Young, nowMs));
            }

            return _generations;
        }
    }

    private sealed class Generations(ConcurrentDictionary<BucketKey, RateBucket> young, ConcurrentDictionary<BucketKey, RateBucket> old, long sinceMs)
    {
        // The dictionary's own count takes all its locks.
        private int _count;

        public ConcurrentDictionary<BucketKey, RateBucket> Young { get; } = young;

        public ConcurrentDictionary<BucketKey, RateBucket> Old { get; } = old;

        public long SinceMs { get; } = sinceMs;

        public bool IsFull(int capacity) => Volatile.Read(ref _count) >= capacity;

        public void CountOne() => Interlocked.Increment(ref _count);
    }
}
