using MoviesNow.Telemetry.Events;
using MoviesNow.Telemetry.Partitions;
using MoviesNow.Telemetry.Sessions;
using MoviesNow.Telemetry.V1;

namespace Telemetry.Tests.Hosting;

/// <summary>Folds the stored events of a session once more, and compares.</summary>
internal static class Refold
{
    /// <summary>What is stored of the session, and the sum of its deltas, are what its events come to.</summary>
    /// <returns>The session as it is read, and its events.</returns>
    public static async Task<(PlaybackSession Session, List<PlayerEvent> Events)> CheckAsync(TelemetryHost host, string sessionId, DeltaLog deltas)
    {
        // Not by the connections of the service, which may be those from before an outage.
        var sessions = new SessionStore(host.Database, host.Get<DayPartitions>(), host.Get<SessionSilence>());
        var stored = await sessions.FindAsync(Guid.Parse(sessionId), CancellationToken.None);
        var events = await EventReader.ListAsync(host.Database, stored!.Id, after: 0, limit: 1_000_000, CancellationToken.None);
        var folded = new QualityDeltas();
        var changes = new SessionDeltas(folded, stored.Dimensions);
        var progress = SessionProgress.Begin(stored.Summary, stored.VariantId);
        progress = events.Aggregate(progress, (session, e) => session.With(e, changes));
        changes.AddOutcome(progress);

        Assert.Equal(progress, stored.Progress);
        var expected = folded.Rows.ToDictionary(row => (row.Key.Minute, row.Key.StartupBucket), row => row.Value);
        var sums = await deltas.SumsAsync(stored.TitleId.ToString());
        Assert.Equal(expected.OrderBy(row => row.Key), sums.OrderBy(row => row.Key));
        Assert.Equal(progress.Measures.WatchMs, sums.Values.Sum(counts => counts.WatchMs));
        return (stored.ToMessage(), events);
    }
}
