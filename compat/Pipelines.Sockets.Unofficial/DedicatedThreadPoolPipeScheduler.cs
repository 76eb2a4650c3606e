using System.IO.Pipelines;

namespace Pipelines.Sockets.Unofficial;

/// <summary>
/// Runs pipe callbacks on threads of its own, so that a starved thread pool cannot hold up replies.
/// Work beyond the queue's limit, and all work after disposal, goes to the thread pool.
/// </summary>
public sealed class DedicatedThreadPoolPipeScheduler : PipeScheduler, IDisposable
{
    private readonly Queue<(Action<object?> Action, object? State)> _queue = new();
    private readonly string _name;
    private readonly int _queueLimit;
    private int _idle;
    private bool _disposed;
    private long _servicedByQueue;
    private long _servicedByPool;

    /// <param name="name">Names the threads.</param>
    /// <param name="workerCount">Threads to start, at least one.</param>
    /// <param name="useThreadPoolQueueLength">Queued callbacks above which the thread pool helps out.</param>
    /// <param name="priority">Priority of the threads.</param>
    public DedicatedThreadPoolPipeScheduler(
        string? name = null, int workerCount = 5, int useThreadPoolQueueLength = 10, ThreadPriority priority = ThreadPriority.Normal)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(workerCount);
        _name = string.IsNullOrWhiteSpace(name) ? nameof(DedicatedThreadPoolPipeScheduler) : name.Trim();
        _queueLimit = useThreadPoolQueueLength;
        WorkerCount = workerCount;
        for (var i = 0; i < workerCount; i++)
            new Thread(Work) { Name = $"{_name}:{i}", IsBackground = true, Priority = priority }.UnsafeStart();
    }

    /// <summary>Threads that this scheduler was created with.</summary>
    public int WorkerCount { get; }

    /// <summary>Threads that wait for work now.</summary>
    public int AvailableCount => Volatile.Read(ref _idle);

    /// <summary>Callbacks run by this scheduler's own threads.</summary>
    public long TotalServicedByQueue => Volatile.Read(ref _servicedByQueue);

    /// <summary>Callbacks passed on to the thread pool.</summary>
    public long TotalServicedByPool => Volatile.Read(ref _servicedByPool);

    public override void Schedule(Action<object?> action, object? state)
    {
        ArgumentNullException.ThrowIfNull(action);
        lock (_queue)
        {
            if (!_disposed && _queue.Count <= _queueLimit)
            {
                _queue.Enqueue((action, state));
                Monitor.Pulse(_queue);
                return;
            }
        }

        Interlocked.Increment(ref _servicedByPool);
        System.Threading.ThreadPool.UnsafeQueueUserWorkItem(action, state, preferLocal: false);
    }

    /// <summary>Lets the threads end once what is queued has run.</summary>
    public void Dispose()
    {
        lock (_queue)
        {
            _disposed = true;
            Monitor.PulseAll(_queue);
        }
    }

    public override string ToString() => _name;

    private void Work()
    {
        while (Take(out var item))
        {
            try
            {
                item.Action(item.State);
            }
            catch (Exception e)
            {
                // What the thread pool would do with it would end the process; a scheduler's thread must outlive one bad callback.
                System.Diagnostics.Trace.TraceError($"{_name}: {e}");
            }

            Interlocked.Increment(ref _servicedByQueue);
        }
    }

    private bool Take(out (Action<object?> Action, object? State) item)
    {
        lock (_queue)
        {
            while (!_queue.TryDequeue(out item))
            {
                if (_disposed)
                    return false;
                _idle++;
                Monitor.Wait(_queue);
                _idle--;
            }

            return true;
        }
    }
}
