using MoviesNow.Telemetry.Events;

namespace MoviesNow.Telemetry.Sessions;

/// <summary>A session as it is stored.</summary>
/// <param name="Id">The session.</param>
/// <param name="Dimensions">What its quality is told apart by.</param>
/// <param name="Progress">What its events come to so far.</param>
internal sealed record StoredSession(Guid Id, SessionDimensions Dimensions, SessionProgress Progress);

/// <summary>
/// New events of a session. When all of them come after the stored ones, what the session comes to goes on from where it was; else
/// all its events are taken once more in the order of their numbers, and what the later ones added before is taken back.
/// </summary>
internal sealed class SessionChange(StoredSession stored)
{
    private readonly List<PlayerEvent> _added = [];

    public StoredSession Stored => stored;

    /// <summary>Whether the stored events are needed.</summary>
    public bool IsOutOfOrder { get; private set; }

    /// <summary>How many events the session has, with the new ones.</summary>
    public long EventCount => stored.Progress.Summary.EventCount + _added.Count;

    /// <summary>New events whose time cannot be.</summary>
    public int ImplausibleCount { get; private set; }

    /// <summary>Takes in an event that is not stored.</summary>
    public void Add(PlayerEvent added)
    {
        IsOutOfOrder |= added.Sequence < stored.Progress.Summary.LastSequence;
        ImplausibleCount += stored.Progress.Summary.Clock.IsPlausible(added) ? 0 : 1;
        _added.Add(added);
    }

    /// <summary>What the session comes to now.</summary>
    /// <param name="storedEvents">The stored events in the order of their numbers when they are needed, else nothing.</param>
    /// <param name="all">Told what changes.</param>
    public async Task<SessionProgress> ApplyAsync(IAsyncEnumerable<PlayerEvent> storedEvents, QualityDeltas all)
    {
        var changes = new SessionDeltas(all, stored.Dimensions);
        var added = new Queue<PlayerEvent>(_added.OrderBy(e => e.Sequence));
        var progress = IsOutOfOrder
            ? await FoldAgainAsync(storedEvents, added, changes)
            : stored.Progress;
        progress = added.Aggregate(progress, (session, next) => session.With(next, changes));
        changes.AddOutcome(stored.Progress, sign: -1);
        changes.AddOutcome(progress);
        return progress;
    }

    private async Task<SessionProgress> FoldAgainAsync(IAsyncEnumerable<PlayerEvent> storedEvents, Queue<PlayerEvent> added, SessionDeltas changes)
    {
        var firstVariant = stored.Dimensions.VariantId;
        var now = SessionProgress.Begin(stored.Progress.Summary, firstVariant == Guid.Empty ? null : firstVariant);
        SessionProgress? before = null;
        await foreach (var next in storedEvents)
        {
            while (added.TryPeek(out var first) && first.Sequence < next.Sequence)
            {
                before ??= now;
                now = now.With(added.Dequeue(), changes);
            }

            // Up to the first new event nothing changes.
            before = before?.With(next, changes, sign: -1);
            now = now.With(next, before is null ? null : changes);
        }

        return now;
    }
}
