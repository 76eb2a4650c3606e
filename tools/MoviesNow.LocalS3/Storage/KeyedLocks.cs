namespace MoviesNow.LocalS3.Storage;

/// <summary>Mutual exclusion by key with a fixed number of locks: different keys rarely wait for each other, and nothing grows.</summary>
internal sealed class KeyedLocks
{
    private readonly SemaphoreSlim[] _locks = [.. Enumerable.Range(0, 128).Select(_ => new SemaphoreSlim(1, 1))];

    public async Task<IDisposable> EnterAsync(string key, CancellationToken cancellationToken)
    {
        var entered = _locks[(uint)string.GetHashCode(key, StringComparison.Ordinal) % (uint)_locks.Length];
        await entered.WaitAsync(cancellationToken);
        return new Held([entered]);
    }

    /// <summary>Takes every lock, in order, so that nothing else runs.</summary>
    public async Task<IDisposable> EnterAllAsync(CancellationToken cancellationToken)
    {
        var held = new List<SemaphoreSlim>();
        try
        {
            foreach (var one in _locks)
            {
                await one.WaitAsync(cancellationToken);
                held.Add(one);
            }
        }
        catch
        {
            held.ForEach(one => one.Release());
            throw;
        }

        return new Held(held);
    }

    private sealed class Held(IReadOnlyList<SemaphoreSlim> locks) : IDisposable
    {
        public void Dispose()
        {
            foreach (var one in locks)
                one.Release();
        }
    }
}
