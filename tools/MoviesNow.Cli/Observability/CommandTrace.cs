using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MoviesNow.Cli.Connection;
using MoviesNow.ServiceDefaults.Observability;
using OpenTelemetry;
using OpenTelemetry.Instrumentation.Http;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MoviesNow.Cli.Observability;

/// <summary>
/// One trace for each command, exported when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set: all calls of the command, and what the services
/// do for them, are parts of it.
/// </summary>
internal sealed class CommandTrace : IDisposable
{
    // Nobody waits for a collector that does not answer.
    private const int ExportLimitMilliseconds = 2_000;

    private static readonly ActivitySource Source = new("MoviesNow.Cli");

    private readonly TracerProvider? _tracing;
    private readonly Activity? _root;

    private CommandTrace(TracerProvider? tracing, Activity? root) => (_tracing, _root) = (tracing, root);

    /// <summary>Begins the trace.</summary>
    /// <param name="command">Names it, such as <c>demo</c>: never an argument.</param>
    public static CommandTrace Start(string command)
    {
        var configuration = CliConfiguration.Load();
        if (!configuration.HasExporter())
        {
            return new CommandTrace(tracing: null, root: null);
        }

        var tracing = Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(resource =>
            {
                if (string.IsNullOrEmpty(configuration["OTEL_SERVICE_NAME"]))
                {
                    resource.AddService("moviesnow");
                }
            })
            .ConfigureServices(services =>
            {
                // The exporter finds the address of a running AppHost's dashboard there, too.
                services.AddSingleton<IConfiguration>(configuration);
                services.Configure<HttpClientTraceInstrumentationOptions>(options => options.EnrichWithHttpRequestMessage =
                    (span, request) => span.DisplayName = $"{request.Method} presigned URL");
            })
            .AddMoviesNow(configuration)
            .AddOtlpExporter(options => options.TimeoutMilliseconds = ExportLimitMilliseconds)
            .Build();
        return new CommandTrace(tracing, Source.StartActivity($"moviesnow {command}"));
    }

    /// <summary>Tells how the command ended.</summary>
    public int End(int exitCode)
    {
        if (exitCode != 0)
        {
            _root?.SetStatus(ActivityStatusCode.Error);
            _root?.SetTag("error.type", $"exit code {exitCode}");
        }

        return exitCode;
    }

    /// <summary>Ends the trace, and sends what is not sent yet.</summary>
    public void Dispose()
    {
        _root?.Dispose();
        _tracing?.Shutdown(ExportLimitMilliseconds);
        _tracing?.Dispose();
    }
}
