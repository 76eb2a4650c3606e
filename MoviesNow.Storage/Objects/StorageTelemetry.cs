using System.Collections.Frozen;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace MoviesNow.Storage;

/// <summary>Metrics <c>moviesnow.storage.*</c> and spans of storage operations. Neither names a key, bucket or URL.</summary>
public sealed class StorageTelemetry : IDisposable
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "MoviesNow.Storage";

    private static readonly ActivitySource Source = new(Name);

    // By the names that S3 gives its operations; an operation of ours may take several requests.
    private static readonly FrozenDictionary<string, string> SpanNames = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["head"] = "S3 HeadObject",
        ["put"] = "S3 PutObject",
        ["get"] = "S3 GetObject",
        ["delete"] = "S3 DeleteObject",
        ["list"] = "S3 ListObjectsV2",
        ["create_multipart"] = "S3 CreateMultipartUpload",
        ["list_parts"] = "S3 ListParts",
        ["complete_multipart"] = "S3 CompleteMultipartUpload",
        ["abort_multipart"] = "S3 AbortMultipartUpload",
        ["list_multipart"] = "S3 ListMultipartUploads",
        ["probe"] = "S3 HeadBucket",
        ["ensure_bucket"] = "S3 CreateBucket",
        ["install_lifecycle"] = "S3 PutBucketLifecycleConfiguration",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly Meter _meter;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _opened;

    /// <summary>Registers the instruments.</summary>
    public StorageTelemetry(IMeterFactory meters)
    {
        _meter = meters.Create(Name);
        _duration = _meter.CreateHistogram<double>(
            "moviesnow.storage.operation.duration", "s",
            "Time of one storage `operation`, all its attempts together, by `outcome`: ok, refused, unavailable, cancelled.",
            advice: new() { HistogramBucketBoundaries = [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] });
        _retries = _meter.CreateCounter<long>("moviesnow.storage.retries", "{attempt}", "Attempts beyond the first of a storage `operation`.");
        _opened = _meter.CreateCounter<long>("moviesnow.storage.circuit.opened", "{time}", "Times that the circuit to storage was opened.");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    internal static Activity? Start(string operation) => Source.HasListeners() ? Source.StartActivity(SpanNames[operation], ActivityKind.Client) : null;

    internal void Finished(string operation, string outcome, TimeSpan duration) =>
        _duration.Record(duration.TotalSeconds, new("operation", operation), new("outcome", outcome));

    internal void Retried(string operation) => _retries.Add(1, new KeyValuePair<string, object?>("operation", operation));

    internal void CircuitOpened() => _opened.Add(1);
}
