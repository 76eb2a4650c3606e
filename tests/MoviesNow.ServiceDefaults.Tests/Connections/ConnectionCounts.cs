using System.Diagnostics.Metrics;

namespace MoviesNow.ServiceDefaults.Tests.Connections;

/// <summary>Connections closed before their first request, by reason, since this was made.</summary>
internal sealed class ConnectionCounts : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _silent;
    private long _address;

    public ConnectionCounts()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name is "moviesnow.connections.closed")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            ref var counted = ref tags[0].Value is "silent" ? ref _silent : ref _address;
            Interlocked.Add(ref counted, count);
        });
        _listener.Start();
    }

    public long Silent => Interlocked.Read(ref _silent);

    public long OverTheLimit => Interlocked.Read(ref _address);

    public void Dispose() => _listener.Dispose();
}
