using System.Diagnostics.Metrics;
using MoviesNow.Upload.Uploads;

namespace MoviesNow.Upload.Sweeping;

/// <summary>Metrics <c>moviesnow.upload.sweep.*</c>.</summary>
internal sealed class SweepTelemetry : IDisposable
{
    private readonly TimeProvider _time;
    private readonly Meter _meter;
    private readonly Counter<long> _runs;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _effects;
    private readonly Counter<long> _reclaimed;
    private readonly Counter<long> _failures;
    private long _lastSuccess;

    public SweepTelemetry(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        _meter = meters.Create(UploadTelemetry.Name);
        _runs = _meter.CreateCounter<long>(
            "moviesnow.upload.sweep.runs", "{sweep}",
            "Sweeps, by `outcome`: ok, partial (out of time), failed (something is left), lost (another replica took over).");
        _duration = _meter.CreateHistogram<double>("moviesnow.upload.sweep.duration", "s", "Time of one sweep.");
        _effects = _meter.CreateCounter<long>(
            "moviesnow.upload.sweep.effects", "{effect}", "What sweeps did, by `effect`: ExpiredUpload, AbortedMultipart, PurgedBundle, LostObject …");
        _reclaimed = _meter.CreateCounter<long>("moviesnow.upload.sweep.reclaimed", "By", "Bytes that sweeps gave back.");
        _failures = _meter.CreateCounter<long>("moviesnow.upload.sweep.failures", "{failure}", "What sweeps could not do and try again, by `step`.");
        _meter.CreateObservableGauge(
            "moviesnow.upload.sweep.last_success.age", Age, "s", "Time since a sweep of any replica ended without failures, as this replica knows.");
    }

    /// <summary>How long ago a sweep succeeded.</summary>
    public void LastSuccess(TimeSpan age) => Volatile.Write(ref _lastSuccess, _time.GetUtcNow().UtcTicks - age.Ticks);

    public void Finished(string outcome, TimeSpan duration)
    {
        _runs.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
        _duration.Record(duration.TotalSeconds);
    }

    public void Done(SweepEffect effect, long bytes)
    {
        _effects.Add(1, new KeyValuePair<string, object?>("effect", effect.ToString()));
        _reclaimed.Add(bytes);
    }

    public void Failed(string step) => _failures.Add(1, new KeyValuePair<string, object?>("step", step));

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<double>> Age()
    {
        var last = Volatile.Read(ref _lastSuccess);
        return last == 0 ? [] : [new Measurement<double>(TimeSpan.FromTicks(_time.GetUtcNow().UtcTicks - last).TotalSeconds)];
    }
}
