using System.Diagnostics.Metrics;

namespace MoviesNow.Telemetry.Live;

/// <summary>What operators watch of the live view.</summary>
internal sealed class LiveMetrics
{
    private readonly Histogram<double> _duration;

    public LiveMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("moviesnow.telemetry.live");
        _duration = meter.CreateHistogram<double>(
            "moviesnow.telemetry.live.duration", "s", "Time of one measurement for the live view; none while nobody watches.",
            advice: new() { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] });
        meter.CreateObservableGauge("moviesnow.telemetry.live.subscribers", () => Subscribers, "{call}", "Calls that watch live on this replica.");
    }

    /// <summary>How many watch.</summary>
    public int Subscribers { get; set; }

    public void Measured(TimeSpan duration) => _duration.Record(duration.TotalSeconds);
}
