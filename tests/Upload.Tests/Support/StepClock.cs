using System.Threading.Channels;

namespace UploadTests.Support;

/// <summary>A clock by which somebody waits until the test ends the waiting.</summary>
internal sealed class StepClock : TimeProvider
{
    private readonly Channel<(TimeSpan Due, Action End)> _waits = Channel.CreateUnbounded<(TimeSpan, Action)>();

    /// <summary>How long the next waiting would take, and what ends it.</summary>
    public async Task<(TimeSpan Due, Action End)> NextAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        return await _waits.Reader.ReadAsync(limit.Token);
    }

    /// <summary>Whether nobody waits.</summary>
    public bool IsIdle => _waits.Reader.Count == 0;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _waits.Writer.TryWrite((dueTime, () => callback(state)));
        return new Timer();
    }

    private sealed class Timer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
