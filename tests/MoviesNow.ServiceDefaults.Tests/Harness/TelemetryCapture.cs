using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;

namespace MoviesNow.ServiceDefaults.Tests.Harness;

/// <summary>The logs and metrics that the host would send over OTLP: with every attribute, scope, exception and tag.</summary>
internal sealed class TelemetryCapture
{
    private readonly ConcurrentQueue<string> _told = new();
    private readonly BaseExportingMetricReader _metrics;

    public TelemetryCapture() => _metrics = new BaseExportingMetricReader(new MetricExporter(_told));

    public void AddTo(WebApplicationBuilder builder)
    {
        builder.Services.ConfigureOpenTelemetryLoggerProvider(logging => logging.AddProcessor(new SimpleLogRecordExportProcessor(new LogExporter(_told))));
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddReader(_metrics));
    }

    /// <summary>All of it until now.</summary>
    public string Collect()
    {
        _metrics.Collect();
        return string.Join('\n', _told);
    }

    private sealed class LogExporter(ConcurrentQueue<string> told) : BaseExporter<LogRecord>
    {
        public override ExportResult Export(in Batch<LogRecord> batch)
        {
            foreach (var record in batch)
            {
                var text = new StringBuilder($"log {record.LogLevel} {record.CategoryName} {record.FormattedMessage} {record.Body} {record.Exception} ");
                text.AppendJoin(' ', record.Attributes ?? []);
                record.ForEachScope(
                    static (scope, text) =>
                    {
                        text.Append(' ').Append(scope.Scope);
                        foreach (var pair in scope)
                        {
                            text.Append(' ').Append(pair);
                        }
                    },
                    text);
                told.Enqueue(text.ToString());
            }

            return ExportResult.Success;
        }
    }

    private sealed class MetricExporter(ConcurrentQueue<string> told) : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch)
        {
            foreach (var metric in batch)
            {
                foreach (ref readonly var point in metric.GetMetricPoints())
                {
                    var text = new StringBuilder($"metric {metric.MeterName} {metric.Name}");
                    foreach (var tag in point.Tags)
                    {
                        text.Append(' ').Append(tag);
                    }

                    told.Enqueue(text.ToString());
                }
            }

            return ExportResult.Success;
        }
    }
}
