using System.Diagnostics.Metrics;

namespace MoviesNow.Telemetry.Qoe;

/// <summary>What operators watch of the roll-up of quality.</summary>
internal sealed class RollUpMetrics
{
    private readonly Counter<long> _rows;
    private readonly Histogram<double> _duration;
    private long _completeUntilTicks;

    public RollUpMetrics(IMeterFactory meters, TimeProvider time)
    {
        var meter = meters.Create("moviesnow.telemetry.qoe");
        _rows = meter.CreateCounter<long>("moviesnow.telemetry.qoe.rows", "{row}", "Changes of quality that were summed up.");
        _duration = meter.CreateHistogram<double>(
            "moviesnow.telemetry.qoe.duration", "s", "Time of one transaction that sums up.",
            advice: new() { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });
        meter.CreateObservableGauge(
            "moviesnow.telemetry.qoe.lag",
            () => CompleteUntil is { Ticks: > 0 } moment ? Math.Max(0, (time.GetUtcNow() - moment).TotalSeconds) : 0,
            "s", "Age of the moment before which all events are counted, as this replica knows.");
    }

    /// <summary>Everything that was committed before this moment is summed up, by any replica.</summary>
    public DateTimeOffset CompleteUntil
    {
        get => new(Interlocked.Read(ref _completeUntilTicks), TimeSpan.Zero);
        set => Interlocked.Exchange(ref _completeUntilTicks, value.UtcTicks);
    }

    public void RolledUp(long rows, TimeSpan duration)
    {
        _rows.Add(rows);
        _duration.Record(duration.TotalSeconds);
    }
}
