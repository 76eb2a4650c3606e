using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Compat.Hosting.Tests;

public sealed class AddOpenTelemetryTests
{
    [Fact]
    public async Task StartAsync_OtherHostedServices_AreObservedFromTheirStart()
    {
        var builder = TestHost.Builder();
        builder.Services.AddHostedService<SpanAtStart>();
        var collector = builder.CollectSpans();
        using var host = builder.Build();

        await host.StartAsync();

        Assert.Single(collector.Spans, static span => span.DisplayName == "start");
        await host.StopAsync();
    }

    [Fact]
    public async Task AddOpenTelemetry_CalledAgain_ConfiguresTheSameProviders()
    {
        var builder = TestHost.Builder();
        builder.Services.AddOpenTelemetry().ConfigureResource(static resource => resource.AddService("first"));
        builder.Services.AddOpenTelemetry().ConfigureResource(static resource => resource.AddAttributes([new("second", "yes")])).WithTracing();
        builder.Services.AddOpenTelemetry().WithTracing().WithMetrics().WithLogging();
        using var host = builder.Build();
        await host.StartAsync();

        Assert.Single(host.Services.GetServices<TracerProvider>());
        Assert.Single(host.Services.GetServices<MeterProvider>());
        var attributes = host.Services.GetRequiredService<TracerProvider>().GetResource().Attributes.ToDictionary();
        Assert.Equal("first", attributes["service.name"]);
        Assert.Equal("yes", attributes["second"]);
        Assert.Single(builder.Services, static service => service.ServiceType == typeof(IHostedService));
        await host.StopAsync();
    }

    [Fact]
    public async Task Dispose_Batched_IsFlushed()
    {
        var collector = new ConcurrentQueue<string>();
        var builder = TestHost.Builder();
        builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing
            .AddSource("test")
            .AddProcessor(new BatchActivityExportProcessor(new NameCollector(collector), scheduledDelayMilliseconds: 3_600_000)));
        using (var host = builder.Build())
        {
            await host.StartAsync();
            using var source = new ActivitySource("test");
            source.StartActivity("batched")?.Dispose();
            await host.StopAsync();
        }

        Assert.Equal(["batched"], collector);
    }

    [Fact]
    public async Task UseOtlpExporter_AllSignals_ReachTheCollector()
    {
        var received = new ConcurrentDictionary<string, int>();
        await using var server = await CollectorAsync(received);
        var builder = TestHost.Builder();
        builder.Services.AddOpenTelemetry()
            .WithTracing(static tracing => tracing.AddSource("test"))
            .WithMetrics(static metrics => metrics.AddMeter("test"))
            .WithLogging()
            .UseOtlpExporter(OtlpExportProtocol.HttpProtobuf, new Uri(server.Urls.Single()));
        using (var host = builder.Build())
        {
            await host.StartAsync();
            using var source = new ActivitySource("test");
            using var meter = new Meter("test");
            source.StartActivity("span")?.Dispose();
            meter.CreateCounter<int>("counter").Add(1);
            host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("test").LogWarning("log");
            await host.StopAsync();
        }

        Assert.Equal(["/v1/logs", "/v1/metrics", "/v1/traces"], received.Keys.Order(StringComparer.Ordinal));
        Assert.All(received.Values, static length => Assert.True(length > 0));
    }

    private static async Task<WebApplication> CollectorAsync(ConcurrentDictionary<string, int> received)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            received[context.Request.Path] = (int)body.Length;
        });
        await app.StartAsync();
        return app;
    }

    private sealed class SpanAtStart : IHostedService
    {
        private static readonly ActivitySource Source = new("test");

        public Task StartAsync(CancellationToken cancellationToken)
        {
            Source.StartActivity("start")?.Dispose();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class NameCollector(ConcurrentQueue<string> names) : BaseExporter<Activity>
    {
        public override ExportResult Export(in Batch<Activity> batch)
        {
            foreach (var activity in batch)
                names.Enqueue(activity.DisplayName);
            return ExportResult.Success;
        }
    }
}
