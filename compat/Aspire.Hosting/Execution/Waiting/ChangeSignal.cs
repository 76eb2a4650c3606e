using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Execution.Waiting;

/// <summary>Tells that a resource has changed, however often it did since it was last asked.</summary>
internal sealed class ChangeSignal : IDisposable
{
    private readonly SemaphoreSlim _changed = new(0, 1);

    public ChangeSignal(IAsyncEnumerable<ResourceEvent> changes) => Ended = ReadAsync(changes);

    public Task Ended { get; }

    public void Dispose() => _changed.Dispose();

    /// <exception cref="TimeoutException">Nothing changed for that long.</exception>
    public async Task WaitAsync(TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        using var expiry = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, expiry.Token);
        try
        {
            await _changed.WaitAsync(either.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"Nothing changed within {timeout}.", e);
        }
    }

    private async Task ReadAsync(IAsyncEnumerable<ResourceEvent> changes)
    {
        try
        {
            await foreach (var _ in changes)
            {
                if (_changed.CurrentCount == 0)
                    _changed.Release();
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody asks any more.
        }
    }
}
