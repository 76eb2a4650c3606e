namespace MoviesNow.Telemetry.Events;

/// <summary>
/// How long a batch may gather before it is written. With no other batch on its way it does not wait at all, so that a lone heartbeat
/// is durable at once. While another one is committed there is no hurry: the slower commits are, the longer it gathers, and the more
/// events share a commit.
/// </summary>
internal sealed class BatchPace(TimeProvider time)
{
    /// <summary>The longest wait.</summary>
    public static readonly TimeSpan MaxDelay = TimeSpan.FromMilliseconds(10);

    // Each commit counts a fifth in the average.
    private const double Weight = 0.2;

    private readonly Lock _lock = new();
    private TimeSpan _commit;
    private int _writing;

    /// <summary>How long a batch that has its first events may wait for more.</summary>
    public TimeSpan Delay
    {
        get
        {
            lock (_lock)
            {
                return _writing == 0 ? TimeSpan.Zero : _commit < MaxDelay ? _commit : MaxDelay;
            }
        }
    }

    /// <summary>Says that a batch is being written, until the result is disposed.</summary>
    public IDisposable Begin()
    {
        lock (_lock)
        {
            _writing++;
        }

        return new Commit(this, time.GetTimestamp());
    }

    private void End(long started)
    {
        var elapsed = time.GetElapsedTime(started);
        lock (_lock)
        {
            _writing--;
            _commit += (elapsed - _commit) * Weight;
        }
    }

    private sealed class Commit(BatchPace pace, long started) : IDisposable
    {
        public void Dispose() => pace.End(started);
    }
}
