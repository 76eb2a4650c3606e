using System.Diagnostics.Metrics;

namespace Telemetry.Tests.Live;

/// <summary>Counts the measurements for the live view that this process makes from now on.</summary>
internal sealed class MeasurementCount : IDisposable
{
    private readonly MeterListener _listener = new();
    private int _count;

    public MeasurementCount()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "moviesnow.telemetry.live.duration")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((_, _, _, _) => Interlocked.Increment(ref _count));
        _listener.Start();
    }

    public int Count => Volatile.Read(ref _count);

    public void Dispose() => _listener.Dispose();
}
