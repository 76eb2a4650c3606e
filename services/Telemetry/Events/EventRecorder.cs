using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Telemetry.Events;

/// <summary>Records events of sessions: what it has answered is committed.</summary>
internal sealed class EventRecorder(WriteQueue queue, TelemetryMetrics metrics, TimeProvider time)
{
    /// <summary>The most events of one call.</summary>
    public const int MaxEvents = 500;

    private static readonly TimeSpan OverloadRetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>Records the events of a call.</summary>
    /// <returns>One verdict per event, in their order.</returns>
    /// <exception cref="Grpc.Core.RpcException">RESOURCE_EXHAUSTED <c>OVERLOADED</c>, NOT_FOUND <c>SESSION_NOT_FOUND</c>.</exception>
    public async Task<IReadOnlyList<EventResult>> RecordAsync(Guid sessionId, IReadOnlyList<PlaybackEvent> events, CancellationToken cancellationToken)
    {
        var job = JobOf(sessionId, events, cancellationToken);
        if (!queue.TryAdd(job))
        {
            metrics.Overloaded();
            throw RpcErrors.Of(ErrorReason.Overloaded, OverloadRetryDelay);
        }

        return await ResultsOfAsync(job) ?? throw RpcErrors.Of(ErrorReason.SessionNotFound, retryAfter: null, ("session_id", sessionId.ToString()));
    }

    /// <summary>
    /// Queues the events of a stream's message and waits for room in the queue, which makes the sender wait too.
    /// </summary>
    /// <returns>The task of their verdicts; null when there is no such session.</returns>
    public async Task<Task<IReadOnlyList<EventResult>?>> EnqueueAsync(
        Guid sessionId, IReadOnlyList<PlaybackEvent> events, CancellationToken cancellationToken)
    {
        var job = JobOf(sessionId, events, cancellationToken);
        await queue.AddAsync(job, cancellationToken);
        return ResultsOfAsync(job);
    }

    private AppendJob JobOf(Guid sessionId, IReadOnlyList<PlaybackEvent> events, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToStoredPrecision();
        return new AppendJob(sessionId, [.. events.Select(sent => CheckedEvent.Of(sent, now))], now, cancellationToken);
    }

    private async Task<IReadOnlyList<EventResult>?> ResultsOfAsync(AppendJob job)
    {
        var results = await job.Results;
        metrics.Answered(results ?? []);
        return results;
    }
}
