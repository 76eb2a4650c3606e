using System.Diagnostics;
using MoviesNow.ServiceDefaults.Observability;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Telemetry.Events;

/// <summary>The events of one call on their way into the database, and the promise of their verdicts.</summary>
/// <param name="sessionId">The session.</param>
/// <param name="events">Its events, in the order of the call.</param>
/// <param name="receiveTime">When the call arrived.</param>
/// <param name="caller">Cancelled when nobody waits for the verdicts any more.</param>
internal sealed class AppendJob(Guid sessionId, IReadOnlyList<CheckedEvent> events, DateTimeOffset receiveTime, CancellationToken caller)
{
    private readonly TaskCompletionSource<IReadOnlyList<EventResult>?> _results = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Guid SessionId => sessionId;

    public IReadOnlyList<CheckedEvent> Events => events;

    public DateTimeOffset ReceiveTime => receiveTime;

    /// <summary>The span of the call, if it is recorded.</summary>
    public ActivityContext? Cause { get; } = BackgroundWork.Cause;

    public bool IsAbandoned => caller.IsCancellationRequested;

    /// <summary>One verdict per event, after their commit; null when there is no such session.</summary>
    public Task<IReadOnlyList<EventResult>?> Results => _results.Task.WaitAsync(caller);

    /// <summary>A part of the call, which answers to nobody.</summary>
    public AppendJob With(IReadOnlyList<CheckedEvent> part) => new(sessionId, part, receiveTime, caller);

    public void Complete(IReadOnlyList<EventResult>? results) => _results.SetResult(results);

    public void Fail(Exception exception) => _results.SetException(exception);
}
