using MoviesNow.Telemetry.Sessions;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Telemetry.Events;

/// <summary>
/// Decides about the events of several calls, given what is stored of their sessions: which are accepted, which are duplicates,
/// and what the sessions come to.
/// </summary>
/// <param name="summaries">The sessions that exist, as they are stored.</param>
internal sealed class EventBatch(IReadOnlyDictionary<Guid, SessionSummary> summaries)
{
    private readonly Dictionary<Guid, SessionSummary> _changed = [];
    private readonly HashSet<(Guid SessionId, int Sequence)> _taken = [];
    private readonly List<(Guid SessionId, PlayerEvent Event)> _accepted = [];
    private readonly List<(Guid SessionId, CheckedEvent Event, DateTimeOffset ReceiveTime)> _rejected = [];

    /// <summary>Events to store.</summary>
    public IReadOnlyList<(Guid SessionId, PlayerEvent Event)> Accepted => _accepted;

    /// <summary>Events to keep apart.</summary>
    public IReadOnlyList<(Guid SessionId, CheckedEvent Event, DateTimeOffset ReceiveTime)> Rejected => _rejected;

    /// <summary>Sessions that have new events, with them.</summary>
    public IReadOnlyDictionary<Guid, SessionSummary> Changed => _changed;

    /// <summary>
    /// The numbers of which the database must tell whether they are stored. Above a session's last number nothing is, so of
    /// events that arrive in order there are none.
    /// </summary>
    public IEnumerable<(Guid SessionId, int Sequence)> Doubtful(IEnumerable<AppendJob> jobs) =>
        from job in jobs
        where summaries.ContainsKey(job.SessionId)
        from usable in job.Events.Select(item => item.Usable).OfType<PlayerEvent>()
        where usable.Sequence <= summaries[job.SessionId].LastSequence
        select (job.SessionId, usable.Sequence);

    /// <summary>Says that an event is stored.</summary>
    public void AddStored(Guid sessionId, int sequence) => _taken.Add((sessionId, sequence));

    /// <summary>Decides about the events of one call: a verdict for each, or null when there is no such session.</summary>
    public IReadOnlyList<EventResult>? Decide(AppendJob job)
    {
        if (!summaries.TryGetValue(job.SessionId, out var stored))
        {
            return null;
        }

        var summary = _changed.GetValueOrDefault(job.SessionId, stored);
        var results = new List<EventResult>(job.Events.Count);
        foreach (var item in job.Events)
        {
            var verdict = EventVerdict.Rejected;
            if (item.Usable is null)
            {
                _rejected.Add((job.SessionId, item, job.ReceiveTime));
            }
            else if (_taken.Add((job.SessionId, item.Usable.Sequence)))
            {
                verdict = EventVerdict.Accepted;
                _accepted.Add((job.SessionId, item.Usable));
                summary = summary.With(item.Usable);
            }
            else
            {
                verdict = EventVerdict.Duplicate;
            }

            results.Add(new EventResult { Sequence = item.Sequence, Verdict = verdict, Reason = item.Reason });
        }

        if (summary != stored)
        {
            _changed[job.SessionId] = summary;
        }

        return results;
    }
}
