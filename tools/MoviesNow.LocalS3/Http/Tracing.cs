using OpenTelemetry;
using OpenTelemetry.Trace;

namespace MoviesNow.LocalS3.Http;

/// <summary>Spans of requests, as parts of their callers' traces.</summary>
internal static class Tracing
{
    /// <summary>
    /// Exports spans when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set. They are the framework's own, which have no attributes, and not
    /// those of an instrumentation package: the address of a request holds keys and signatures.
    /// </summary>
    public static void AddTracing(this WebApplicationBuilder builder)
    {
        if (string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            return;

        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", isEnabled: true);
        builder.Services.AddOpenTelemetry()
            .WithTracing(tracing => tracing
                .AddSource("Microsoft.AspNetCore")
                // Requests that belong to no trace, such as health probes, do not begin one.
                .SetSampler(new ParentBasedSampler(new AlwaysOffSampler())))
            .UseOtlpExporter();
    }
}
