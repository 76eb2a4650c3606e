using MoviesNow.Telemetry.Events;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Telemetry.Rejected;

/// <summary>
/// Sends rejected events the way of all events once more, as received when they were. What is accepted now, or was before a crash between
/// the two steps, is no longer kept.
/// </summary>
internal sealed class RejectedEventReplay(RejectedEventStore store, WriteQueue queue)
{
    // As many as a call may have, so that one job never fills the queue.
    private const int MaxTogether = 500;

    /// <summary>Tries events again.</summary>
    /// <returns>How many are accepted now, or were before, and how many were rejected again.</returns>
    public async Task<(int Accepted, int Rejected)> RunAsync(IReadOnlyList<KeptEvent> events, CancellationToken cancellationToken)
    {
        var accepted = 0;
        foreach (var together in events.GroupBy(kept => (kept.SessionId, kept.ReceiveTime)).SelectMany(group => group.Chunk(MaxTogether)))
        {
            var settled = await TryAsync(together, cancellationToken);
            if (settled.Count > 0)
            {
                await store.DeleteAsync(settled, cancellationToken);
                accepted += settled.Count;
            }
        }

        return (accepted, events.Count - accepted);
    }

    private async Task<List<KeptEvent>> TryAsync(KeptEvent[] together, CancellationToken cancellationToken)
    {
        var (sessionId, receiveTime) = (together[0].SessionId, together[0].ReceiveTime);
        var job = new AppendJob(sessionId, [.. together.Select(kept => CheckedEvent.Of(kept.Event, receiveTime))], receiveTime, cancellationToken);
        await queue.AddAsync(job, cancellationToken);
        var results = await job.Results ?? [];
        return [.. together.Zip(results).Where(pair => pair.Second.Verdict is not EventVerdict.Rejected).Select(pair => pair.First)];
    }
}
