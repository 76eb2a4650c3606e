using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace MoviesNow.ServiceDefaults.Observability;

internal static class ObservabilityExtensions
{
    /// <summary>
    /// Traces, metrics and logs, sent over OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set. The frameworks' own sources are
    /// used; none of them records request bodies, SQL parameters or query strings, and spans with the text of an exception are withheld.
    /// </summary>
    public static void AddObservability(this IHostApplicationBuilder builder)
    {
        var telemetry = builder.Services.AddOpenTelemetry()
            .WithTracing(tracing => tracing
                .AddSource("Microsoft.AspNetCore", "System.Net.Http", "Npgsql", "MoviesNow.*")
                .AddProcessor(new ProviderTextFilter()))
            .WithMetrics(metrics => metrics.AddMeter(
                "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime", "Npgsql", "moviesnow.*"));
        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });

        if (string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            // A trace that nobody gets is passed on, so that logs can be correlated, and not recorded.
            telemetry.WithTracing(tracing => tracing.SetSampler(new AlwaysOffSampler()));
        }
        else
        {
            telemetry.UseOtlpExporter();
        }
    }
}
