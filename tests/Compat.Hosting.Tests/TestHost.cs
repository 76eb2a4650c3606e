using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace Compat.Hosting.Tests;

internal static class TestHost
{
    /// <summary>A host that reads nothing but these settings.</summary>
    public static HostApplicationBuilder Builder(params (string Key, string? Value)[] settings)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(static setting => setting.Key, static setting => setting.Value));
        builder.Logging.ClearProviders();
        return builder;
    }

    /// <summary>Collects the spans that the host's tracing records.</summary>
    public static SpanCollector CollectSpans(this HostApplicationBuilder builder)
    {
        var collector = new SpanCollector();
        builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing.AddSource("test").AddProcessor(collector));
        return collector;
    }

    public static async Task<HealthReportEntry> HealthAsync(this IHost host, string name)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Name == name, timeout.Token);
        return report.Entries[name];
    }

    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await condition())
            await Task.Delay(50, timeout.Token);
    }

    internal sealed class SpanCollector : BaseProcessor<Activity>
    {
        private readonly List<Activity> _spans = [];

        public Activity[] Spans
        {
            get
            {
                lock (_spans)
                    return [.. _spans];
            }
        }

        public override void OnEnd(Activity data)
        {
            lock (_spans)
                _spans.Add(data);
        }
    }
}
