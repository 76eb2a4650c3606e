using System.Collections.Concurrent;
using System.Diagnostics;
using OpenTelemetry;

namespace MoviesNow.ServiceDefaults.Tests.Harness;

/// <summary>The spans that the host exports.</summary>
internal sealed class SpanCapture : BaseExporter<Activity>
{
    private readonly ConcurrentQueue<Activity> _spans = new();

    public IEnumerable<Activity> All => _spans;

    public string Text => string.Join('\n', _spans.Select(span =>
        $"{span.DisplayName} {span.StatusDescription} {string.Join(' ', span.TagObjects)} {string.Join(' ', span.Events.SelectMany(told => told.Tags))}"));

    public override ExportResult Export(in Batch<Activity> batch)
    {
        foreach (var span in batch)
        {
            _spans.Enqueue(span);
        }

        return ExportResult.Success;
    }
}
