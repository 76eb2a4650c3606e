using System.Diagnostics.Metrics;
using MoviesNow.Telemetry.Events;
using MoviesNow.Telemetry.V1;

namespace MoviesNow.Telemetry;

/// <summary>What operators watch of this service.</summary>
internal sealed class TelemetryMetrics
{
    private readonly Counter<long> _sessions;
    private readonly Counter<long> _continued;
    private readonly Counter<long> _timedOut;
    private readonly Counter<long> _events;
    private readonly Counter<long> _overloads;
    private readonly Counter<long> _implausible;
    private readonly Counter<long> _refolded;
    private readonly Histogram<int> _batchEvents;
    private readonly Histogram<double> _batchDuration;

    public TelemetryMetrics(IMeterFactory meters, WriteQueue queue)
    {
        var meter = meters.Create("moviesnow.telemetry");
        _sessions = meter.CreateCounter<long>("moviesnow.telemetry.sessions.started", "{session}", "Playback sessions started.");
        _continued = meter.CreateCounter<long>(
            "moviesnow.telemetry.sessions.continued", "{session}", "Sessions that went on after their page was loaded again.");
        _timedOut = meter.CreateCounter<long>("moviesnow.telemetry.sessions.timed_out", "{session}", "Sessions ended because nothing was heard of them.");
        _events = meter.CreateCounter<long>("moviesnow.telemetry.events", "{event}", "Events answered, by `verdict`: accepted, duplicate, rejected.");
        _overloads = meter.CreateCounter<long>("moviesnow.telemetry.overloads", "{call}", "Calls refused because too many events waited.");
        _implausible = meter.CreateCounter<long>(
            "moviesnow.telemetry.events.implausible", "{event}", "Events whose time could not be, and was taken to be that of their arrival.");
        _refolded = meter.CreateCounter<long>(
            "moviesnow.telemetry.sessions.refolded", "{session}",
            "Sessions whose events were read again because some came out of order. Many of them slow the writers down.");
        _batchEvents = meter.CreateHistogram<int>("moviesnow.telemetry.batch.events", "{event}", "Events written in one transaction.");
        _batchDuration = meter.CreateHistogram<double>(
            "moviesnow.telemetry.batch.duration", "s", "Time from the beginning of a transaction to its commit.",
            advice: new() { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] });
        meter.CreateObservableGauge("moviesnow.telemetry.queue.events", () => queue.HeldEvents, "{event}", "Events that wait for their commit.");
    }

    public void SessionStarted() => _sessions.Add(1);

    public void SessionContinued() => _continued.Add(1);

    public void TimedOut(int sessions)
    {
        if (sessions > 0)
        {
            _timedOut.Add(sessions);
        }
    }

    public void Overloaded() => _overloads.Add(1);

    public void BatchWritten(int events, TimeSpan duration)
    {
        _batchEvents.Record(events);
        _batchDuration.Record(duration.TotalSeconds);
    }

    /// <summary>Counts what a batch had that is out of the ordinary.</summary>
    public void Stored(EventBatch batch)
    {
        var implausible = batch.Changes.Sum(change => change.ImplausibleCount);
        var refolded = batch.Changes.Count(change => change.IsOutOfOrder);
        if (implausible > 0)
        {
            _implausible.Add(implausible);
        }

        if (refolded > 0)
        {
            _refolded.Add(refolded);
        }
    }

    public void Answered(IReadOnlyList<EventResult> results)
    {
        foreach (var verdict in results.CountBy(result => result.Verdict))
        {
            _events.Add(verdict.Value, new KeyValuePair<string, object?>("verdict", NameOf(verdict.Key)));
        }
    }

    private static string NameOf(EventVerdict verdict) => verdict switch
    {
        EventVerdict.Accepted => "accepted",
        EventVerdict.Duplicate => "duplicate",
        _ => "rejected",
    };
}
