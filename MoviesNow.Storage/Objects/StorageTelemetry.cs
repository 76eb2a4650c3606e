using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace MoviesNow.Storage;

/// <summary>Metrics <c>moviesnow.storage.*</c> and spans of storage operations. Neither names a key, bucket or URL.</summary>
public sealed class StorageTelemetry : IDisposable
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "MoviesNow.Storage";

    private static readonly ActivitySource Source = new(Name);

    private readonly Meter _meter;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _opened;

    /// <summary>Registers the instruments.</summary>
    public StorageTelemetry(IMeterFactory meters)
    {
        _meter = meters.Create(Name);
        _duration = _meter.CreateHistogram<double>("moviesnow.storage.operation.duration", "s", "Time of one storage operation, all its attempts together.");
        _retries = _meter.CreateCounter<long>("moviesnow.storage.retries", "{attempt}", "Attempts beyond the first of a storage operation.");
        _opened = _meter.CreateCounter<long>("moviesnow.storage.circuit.opened", "{time}", "Times that the circuit to storage was opened.");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    internal static Activity? Start(string operation) => Source.StartActivity("storage " + operation, ActivityKind.Client);

    internal void Finished(string operation, string outcome, TimeSpan duration) =>
        _duration.Record(duration.TotalSeconds, new("operation", operation), new("outcome", outcome));

    internal void Retried(string operation) => _retries.Add(1, new KeyValuePair<string, object?>("operation", operation));

    internal void CircuitOpened() => _opened.Add(1);
}
