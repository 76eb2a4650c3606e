using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using MoviesNow.ServiceDefaults.Tests.Harness;

namespace MoviesNow.ServiceDefaults.Tests.RateLimits;

/// <summary>What a host counts of its limits: name, value and tags.</summary>
internal sealed class RateLimitCounts : IDisposable
{
    private readonly ConcurrentQueue<string> _all = new();
    private readonly MeterListener _listener;

    public RateLimitCounts(TestHost host)
    {
        var meters = host.Services.GetRequiredService<IMeterFactory>();
        _listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, meters) && instrument.Name.StartsWith("moviesnow.rate_limit.", StringComparison.Ordinal))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => _all.Enqueue($"{instrument.Name} {value} {string.Join(' ', tags.ToArray())}"));
        _listener.Start();
    }

    public string[] All => [.. _all];

    public void Dispose() => _listener.Dispose();
}
