using MoviesNow.Telemetry.Events;
using MoviesNow.Telemetry.Sessions;
using MoviesNow.Telemetry.V1;
using Telemetry.Tests.Hosting;

namespace Telemetry.Tests.Sessions;

/// <summary>A session that starts at noon by both clocks, stored call by call as the database does it.</summary>
internal sealed class StoredInMemory
{
    private static readonly SessionDimensions Dimensions = new(Guid.NewGuid(), PlaybackSets.FirstVariant, "DE", "tv", "1");

    private readonly SortedDictionary<int, PlayerEvent> _events = [];
    private readonly QualityDeltas _deltas = new();

    public SessionProgress Progress { get; private set; } =
        SessionProgress.Begin(new SessionSummary(Samples.Noon, Samples.Noon), PlaybackSets.FirstVariant);

    /// <summary>The sum of all deltas, by minute and bucket.</summary>
    public Dictionary<(long Minute, short Bucket), QualityCounts> Deltas =>
        _deltas.Rows.ToDictionary(row => (row.Key.Minute, row.Key.StartupBucket), row => row.Value);

    public static StoredInMemory Of(IEnumerable<PlayerEvent> events)
    {
        var stored = new StoredInMemory();
        stored.Append(events);
        return stored;
    }

    public void Append(IEnumerable<PlayerEvent> call)
    {
        var change = new SessionChange(new StoredSession(Guid.Empty, Dimensions, Progress));
        var added = call.Where(e => !_events.ContainsKey(e.Sequence)).DistinctBy(e => e.Sequence).ToList();
        added.ForEach(change.Add);
        Progress = change.ApplyAsync(_events.Values.ToList().ToAsyncEnumerable(), _deltas).GetAwaiter().GetResult();
        added.ForEach(e => _events.Add(e.Sequence, e));
    }

    /// <summary>What the sweeper does to a session that is silent.</summary>
    public void TimeOut()
    {
        var before = Progress;
        if (before.Summary.State is SessionState.Initiated or SessionState.Playing or SessionState.Paused)
        {
            Progress = before.TimedOut(new SessionDeltas(_deltas, Dimensions));
        }
    }
}
