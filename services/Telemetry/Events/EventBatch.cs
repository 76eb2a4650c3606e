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
            results.Add(Decide(session, job, item));
        }

        return results;
    }

    private EventResult Decide(StoredSession session, AppendJob job, CheckedEvent item)
    {
        if (item.Usable is not { } usable)
        {
            return Reject(session, job, item);
        }

        if (_taken.Contains((session.Id, usable.Sequence)))
        {
            return new EventResult { Sequence = item.Sequence, Verdict = EventVerdict.Duplicate };
        }

        if (!_changes.TryGetValue(session.Id, out var change))
        {
            change = new SessionChange(session);
        }

        if (change.EventCount >= EventRules.MaxSessionEvents)
        {
            return Reject(session, job, item.Refused("SESSION_FULL"));
        }

        change.Add(usable);
        _changes[session.Id] = change;
        _taken.Add((session.Id, usable.Sequence));
        _accepted.Add((session.Id, usable));
        return new EventResult { Sequence = item.Sequence, Verdict = EventVerdict.Accepted };
    }

    private EventResult Reject(StoredSession session, AppendJob job, CheckedEvent item)
    {
        _rejected.Add((session.Id, item, job.ReceiveTime));
        return new EventResult { Sequence = item.Sequence, Verdict = EventVerdict.Rejected, Reason = item.Reason };
    }
}
