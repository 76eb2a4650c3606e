namespace MoviesNow.Catalog.Caching;

/// <summary>
/// Counts the changes of titles and of what is below them. A cached answer belongs to the count at which its reading began, so one that was read before a change is
/// never taken for one after it, even when the reading ends later. Titles share counters: a change may cost others their answers, never
/// the other way round.
/// </summary>
internal sealed class Generations
{
    private readonly long[] _changes = new long[4_096];
    private long _resets;

    /// <summary>The present count, as a part of keys.</summary>
    public (long Resets, long Changes) Of(Guid titleId) => (Volatile.Read(ref _resets), Volatile.Read(ref CounterOf(titleId)));

    /// <summary>A title changed.</summary>
    public void Advance(Guid titleId) => Interlocked.Increment(ref CounterOf(titleId));

    /// <summary>Any title may have changed.</summary>
    public void AdvanceAll() => Interlocked.Increment(ref _resets);

    private ref long CounterOf(Guid titleId) => ref _changes[(uint)titleId.GetHashCode() % (uint)_changes.Length];
}
