using Grpc.Core;
using MoviesNow.Telemetry.V1;

namespace Telemetry.Tests.Live;

/// <summary>The stream to a caller who does not read until told to.</summary>
internal sealed class BlockedStream : IServerStreamWriter<WatchLiveResponse>
{
    private readonly TaskCompletionSource _blocked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<WatchLiveResponse> _second = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public WriteOptions? WriteOptions { get; set; }

    /// <summary>Ends when the first answer is written and not read.</summary>
    public Task Blocked => _blocked.Task;

    /// <summary>What is written next.</summary>
    public Task<WatchLiveResponse> Second => _second.Task;

    public void Release() => _release.SetResult();

    public Task WriteAsync(WatchLiveResponse message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(WatchLiveResponse message, CancellationToken cancellationToken)
    {
        if (_blocked.TrySetResult())
        {
            await _release.Task.WaitAsync(cancellationToken);
            return;
        }

        _second.TrySetResult(message);
    }
}
