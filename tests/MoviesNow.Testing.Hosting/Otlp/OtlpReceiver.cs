using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace MoviesNow.Testing.Hosting.Otlp;

/// <summary>Takes what exporters send over OTLP (gRPC), on a loopback port unless told otherwise: keeps it for tests, or reads and discards it for benchmarks.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private const int PrefixLength = 5;

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Signal, byte[] Message)> _kept = new();
    private volatile TaskCompletionSource _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private OtlpReceiver(bool keeps, IPEndPoint endpoint)
    {
        var builder = WebApplication.CreateSlimBuilder();
        // The settings of the programs beside which this one lies are theirs.
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(endpoint, listen => listen.Protocols = HttpProtocols.Http2));
        // Under names that nobody listens to: services of this process would send spans of what they send, without end.
        builder.Services.Replace(ServiceDescriptor.Singleton(new ActivitySource("Unheard")));
        builder.Services.Replace(ServiceDescriptor.Singleton(new DiagnosticListener("Unheard")));
        _app = builder.Build();
        _app.Run(http => ReceiveAsync(http, keeps));
    }

    /// <summary>The value of <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>.</summary>
    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>Everything that came: the signal (trace, metrics, logs), and its bytes.</summary>
    public IReadOnlyCollection<(string Signal, byte[] Message)> Messages => [.. _kept];

    /// <summary>The spans that came.</summary>
    public IReadOnlyList<SentSpan> Spans =>
    [
        .. _kept.Where(kept => kept.Signal is "trace")
            .SelectMany(kept => SentTraces.Parser.ParseFrom(kept.Message).Resources)
            .SelectMany(resource => resource.Scopes)
            .SelectMany(scope => scope.Spans),
    ];

    /// <summary>Starts a receiver.</summary>
    /// <param name="keeps">Whether what comes is kept.</param>
    /// <param name="endpoint">Where it listens; a free port of the loopback unless told.</param>
    public static async Task<OtlpReceiver> StartAsync(bool keeps = true, IPEndPoint? endpoint = null)
    {
        var receiver = new OtlpReceiver(keeps, endpoint ?? new IPEndPoint(IPAddress.Loopback, 0));
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>Ends when what came satisfies a condition.</summary>
    /// <exception cref="TimeoutException">It took two minutes.</exception>
    public async Task UntilAsync(Func<IReadOnlyList<SentSpan>, bool> condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            var arrival = _arrival.Task;
            var spans = Spans;
            if (condition(spans))
            {
                return;
            }

            if (await Task.WhenAny(arrival, Task.Delay(Timeout.Infinite, limit.Token)) != arrival)
            {
                throw new TimeoutException($"What was waited for did not come among: {string.Join(", ", spans.Select(span => $"{span.Name} ({span.Kind})").Distinct(StringComparer.Ordinal))}");
            }
        }
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext http, bool keeps)
    {
        if (keeps)
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            // Such as /opentelemetry.proto.collector.trace.v1.TraceService/Export.
            var signal = http.Request.Path.Value?.Split('.') is [_, _, _, var name, ..] ? name : "";
            _kept.Enqueue((signal, body.ToArray()[PrefixLength..]));
            Interlocked.Exchange(ref _arrival, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        }
        else
        {
            await http.Request.Body.CopyToAsync(Stream.Null);
        }

        http.Response.ContentType = "application/grpc";
        http.Response.DeclareTrailer("grpc-status");
        await http.Response.Body.WriteAsync(new byte[PrefixLength]);
        http.Response.AppendTrailer("grpc-status", "0");
    }
}
