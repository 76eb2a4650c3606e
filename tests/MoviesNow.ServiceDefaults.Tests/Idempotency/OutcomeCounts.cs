using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace MoviesNow.ServiceDefaults.Tests.Idempotency;

/// <summary>What a host counts of calls with a key: value and tags.</summary>
internal sealed class OutcomeCounts : IDisposable
{
    private readonly ConcurrentQueue<string> _all = new();
    private readonly MeterListener _listener;

    public OutcomeCounts(IServiceProvider host)
    {
        var meters = host.GetRequiredService<IMeterFactory>();
        _listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, meters) && instrument.Name is "moviesnow.idempotency.calls")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, _) => _all.Enqueue($"{value} {string.Join(' ', tags.ToArray())}"));
        _listener.Start();
    }

    public string[] All => [.. _all];

    public void Dispose() => _listener.Dispose();
}
