namespace MoviesNow.Cli.Transfer;

/// <summary>Lets as many requests run at once as the limit says at the time.</summary>
internal sealed class TransferGate(AdaptiveLimit limit)
{
    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource> _waiting = new();
    private int _running;

    public AdaptiveLimit Limit => limit;

    /// <summary>Waits for a place; whoever gets it gives it back with <see cref="Leave"/>.</summary>
    public async Task EnterAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource place;
        lock (_lock)
        {
            if (_running < limit.Current)
            {
                _running++;
                return;
            }

            place = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(place);
        }

        await using var _ = cancellationToken.Register(() => place.TrySetCanceled(cancellationToken));
        await place.Task;
    }

    public void Leave()
    {
        lock (_lock)
        {
            _running--;
            while (_running < limit.Current && _waiting.TryDequeue(out var next))
            {
                _running += next.TrySetResult() ? 1 : 0;
            }
        }
    }
}
