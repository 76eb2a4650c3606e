using System.Threading.Channels;
using Microsoft.Extensions.Options;

namespace MoviesNow.Telemetry.Events;

/// <summary>
/// The calls whose events wait for their commit, first come, first served. Events, not calls, are bounded, for they are what
/// takes memory and time; those being written count too.
/// </summary>
internal sealed class WriteQueue(IOptions<TelemetryOptions> options)
{
    private readonly Channel<AppendJob> _jobs = Channel.CreateUnbounded<AppendJob>();
    private readonly int _capacity = options.Value.MaxQueuedEvents;
    private TaskCompletionSource _room = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _held;

    /// <summary>Events that wait, or are being written.</summary>
    public int HeldEvents => Volatile.Read(ref _held);

    /// <summary>Takes a job in; false when there is no room for it now.</summary>
    /// <exception cref="OperationCanceledException">The service shuts down.</exception>
    public bool TryAdd(AppendJob job)
    {
        if (!TryHold(job.Events.Count))
        {
            return false;
        }

        if (!_jobs.Writer.TryWrite(job))
        {
            Release(job.Events.Count);
            throw new OperationCanceledException("The service shuts down.");
        }

        return true;
    }

    /// <summary>Takes a job in as soon as there is room for it.</summary>
    public async Task AddAsync(AppendJob job, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Taken before the attempt: room that is made after it is not missed.
            var room = Volatile.Read(ref _room).Task;
            if (TryAdd(job))
            {
                return;
            }

            await room.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Moves the next jobs into a batch of about so many events; waits for the first. False when no more will come.</summary>
    /// <param name="batch">Where to.</param>
    /// <param name="maxEvents">How many events make it full.</param>
    /// <param name="delay">Asked when the first job is there: how long it may wait for others.</param>
    public async Task<bool> TakeAsync(List<AppendJob> batch, int maxEvents, Func<TimeSpan> delay)
    {
        if (!await _jobs.Reader.WaitToReadAsync())
        {
            return false;
        }

        var events = Fill(batch, maxEvents);
        if (events < maxEvents && delay() is var wait && wait > TimeSpan.Zero)
        {
            await GatherAsync(batch, maxEvents - events, wait);
        }

        return true;
    }

    private async Task GatherAsync(List<AppendJob> batch, int room, TimeSpan wait)
    {
        using var end = new CancellationTokenSource(wait);
        try
        {
            while (room > 0 && await _jobs.Reader.WaitToReadAsync(end.Token))
            {
                room -= Fill(batch, room);
            }
        }
        catch (OperationCanceledException)
        {
            // It has waited long enough.
        }
    }

    private int Fill(List<AppendJob> batch, int room)
    {
        var events = 0;
        while (events < room && _jobs.Reader.TryRead(out var job))
        {
            batch.Add(job);
            events += job.Events.Count;
        }

        return events;
    }

    /// <summary>Makes room: so many events are dealt with.</summary>
    public void Release(int events)
    {
        Interlocked.Add(ref _held, -events);
        Interlocked.Exchange(ref _room, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    /// <summary>Takes nothing in any more; what is in will still be written.</summary>
    public void Close() => _jobs.Writer.TryComplete();

    // What does not fit is never counted, not even for a moment: another job could be refused for it and wait for room in vain.
    private bool TryHold(int events)
    {
        while (true)
        {
            var held = Volatile.Read(ref _held);
            if (held + events > _capacity)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _held, held + events, held) == held)
            {
                return true;
            }
        }
    }
}
