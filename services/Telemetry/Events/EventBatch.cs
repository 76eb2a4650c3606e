using MoviesNow.Telemetry.Sessions;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Telemetry.Events;

/// <summary>
/// Decides about the events of several calls, given what is stored of their sessions: which are accepted, which are duplicates,
/// and which sessions change.
/// </summary>
/// <param name="sessions">The sessions that exist, as they are stored.</param>
internal sealed class EventBatch(IReadOnlyDictionary<Guid, StoredSession> sessions)
{
    private readonly Dictionary<Guid, SessionChange> _changes = [];
    private readonly HashSet<(Guid SessionId, int Sequence)> _taken = [];
    private readonly List<(Guid SessionId, PlayerEvent Event)> _accepted = [];
    private readonly List<(Guid SessionId, CheckedEvent Event, DateTimeOffset ReceiveTime)> _rejected = [];

    /// <summary>Events to store.</summary>
    public IReadOnlyList<(Guid SessionId, PlayerEvent Event)> Accepted => _accepted;

    /// <summary>Events to keep apart.</summary>
    public IReadOnlyList<(Guid SessionId, CheckedEvent Event, DateTimeOffset ReceiveTime)> Rejected => _rejected;

    /// <summary>Sessions that have new events, with them.</summary>
    public IReadOnlyCollection<SessionChange> Changes => _changes.Values;

    /// <summary>
    /// The numbers of which the database must tell whether they are stored. Above a session's last number nothing is, so of
    /// events that arrive in order there are none.
    /// </summary>
    public IEnumerable<(Guid SessionId, int Sequence)> Doubtful(IEnumerable<AppendJob> jobs) =>
        from job in jobs
        where sessions.ContainsKey(job.SessionId)
        from usable in job.Events.Select(item => item.Usable).OfType<PlayerEvent>()
        where usable.Sequence <= sessions[job.SessionId].Progress.Summary.LastSequence
        select (job.SessionId, usable.Sequence);

    /// <summary>Says that an event is stored.</summary>
    public void AddStored(Guid sessionId, int sequence) => _taken.Add((sessionId, sequence));

    /// <summary>Decides about the events of one call: a verdict for each, or null when there is no such session.</summary>
    public IReadOnlyList<EventResult>? Decide(AppendJob job)
    {
        if (!sessions.TryGetValue(job.SessionId, out var session))
        {
            return null;
        }

        var results = new List<EventResult>(job.Events.Count);
        foreach (var item in job.Events)
        {
            results.Add(new EventResult { Sequence = item.Sequence, Verdict = Decide(session, job, item), Reason = item.Reason });
        }

        return results;
    }

    private EventVerdict Decide(StoredSession session, AppendJob job, CheckedEvent item)
    {
        if (item.Usable is null)
        {
            _rejected.Add((session.Id, item, job.ReceiveTime));
            return EventVerdict.Rejected;
        }

        if (!_taken.Add((session.Id, item.Usable.Sequence)))
        {
            return EventVerdict.Duplicate;
        }

        _accepted.Add((session.Id, item.Usable));
        if (!_changes.TryGetValue(session.Id, out var change))
        {
            _changes.Add(session.Id, change = new SessionChange(session));
        }

        change.Add(item.Usable);
        return EventVerdict.Accepted;
    }
}
