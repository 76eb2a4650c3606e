using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Instrumentation.StackExchangeRedis;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MoviesNow.ServiceDefaults.Observability;

/// <summary>Traces, metrics and logs over OTLP; <c>docs/observability.md</c> describes them.</summary>
public static class ObservabilityExtensions
{
    // Drained after the call has ended: the trace is whole soon after that.
    private static readonly TimeSpan RedisFlushInterval = TimeSpan.FromSeconds(1);

    /// <summary>Whether there is anywhere to send what is observed.</summary>
    public static bool HasExporter(this IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return !string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);
    }

    /// <summary>Adds what every program of the system traces: its calls of others, and its own spans, by the rules for spans.</summary>
    public static TracerProviderBuilder AddMoviesNow(this TracerProviderBuilder tracing, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(tracing);
        ArgumentNullException.ThrowIfNull(configuration);
        return tracing
            .SetSampler(TraceSampling.Of(configuration))
            .AddSource("MoviesNow.*")
            .AddHttpClientInstrumentation()
            // One span for a call: not another one for the HTTP request that carries it.
            .AddGrpcClientInstrumentation(options => options.SuppressDownstreamInstrumentation = true)
            .AddProcessor(new SpanRules());
    }

    /// <summary>
    /// Traces, metrics and logs, sent over OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set. Otherwise nothing is recorded: the
    /// frameworks pass trace contexts on by themselves, so that logs can still be correlated.
    /// </summary>
    internal static void AddObservability(this IHostApplicationBuilder builder)
    {
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource =>
            {
                if (string.IsNullOrEmpty(builder.Configuration["OTEL_SERVICE_NAME"]))
                {
                    resource.AddService(builder.Environment.ApplicationName);
                }
            })
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation()
                .AddRuntimeInstrumentation()
                // Not the package's list, which has the name resolution too: its attributes are the hosts of databases and buckets.
                .AddMeter("System.Net.Http", "Npgsql", "moviesnow.*"));
        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });
        if (builder.Configuration.HasExporter())
        {
            builder.AddTracing(telemetry);
            telemetry.UseOtlpExporter();
        }
    }

    private static void AddTracing(this IHostApplicationBuilder builder, OpenTelemetryBuilder telemetry)
    {
        // The last word: an environment that switches redaction off, as Aspire's does, would bring signatures into spans.
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION"] = "false",
            ["OTEL_DOTNET_EXPERIMENTAL_HTTPCLIENT_DISABLE_URL_QUERY_REDACTION"] = "false",
            ["OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_ENABLE_GRPC_INSTRUMENTATION"] = "true",
        });
        telemetry.WithTracing(tracing => tracing
            .AddAspNetCoreInstrumentation(options => options.Filter = IsWorthATrace)
            .AddSource("OpenTelemetry.Instrumentation.StackExchangeRedis")
            .ConfigureRedisInstrumentation(_ => { })
            .AddMoviesNow(builder.Configuration));
        builder.Services.Configure<StackExchangeRedisInstrumentationOptions>(options =>
        {
            options.FlushInterval = RedisFlushInterval;
            options.EnrichActivityWithTimingEvents = false;
        });
        builder.Services.AddSingleton<RedisTracing>();
    }

    /// <summary>Probes, reflection and pre-flight requests are no work of anybody's.</summary>
    private static bool IsWorthATrace(HttpContext context) =>
        !HttpMethods.IsOptions(context.Request.Method)
        && !context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal)
        && !(context.Request.Path.Value is { } path
            && (path.StartsWith("/grpc.health.", StringComparison.Ordinal) || path.StartsWith("/grpc.reflection.", StringComparison.Ordinal)));
}
