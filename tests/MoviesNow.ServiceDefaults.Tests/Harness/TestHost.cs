using System.Net;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace MoviesNow.ServiceDefaults.Tests.Harness;

/// <summary>A service that has nothing but the defaults and what a test maps, on real loopback ports.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;
    // A client outside of this process: it sends no trace context of its own.
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null });

    private TestHost(WebApplication app, LogCapture logs, SpanCapture spans)
    {
        _app = app;
        Logs = logs;
        Spans = spans;
        Grpc = AddressOf(app, 0);
        Http = AddressOf(app, 1);
        _channel = GrpcChannel.ForAddress(Grpc, new GrpcChannelOptions { HttpVersion = HttpVersion.Version20 });
    }

    /// <summary>HTTP/2.</summary>
    public Uri Grpc { get; }

    /// <summary>HTTP/1.1.</summary>
    public Uri Http { get; }

    /// <summary>What the host logged at the levels that the services log.</summary>
    public LogCapture Logs { get; }

    /// <summary>What the host would export of its traces.</summary>
    public SpanCapture Spans { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>As an admin of the local key, unless the settings name an authority.</summary>
    public static async Task<TestHost> StartAsync(
        Action<WebApplication> map, Action<WebApplicationBuilder>? configure = null, params (string Key, string? Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production", ApplicationName = typeof(TestHost).Assembly.GetName().Name });
        // No settings of a program that the tests refer to and whose file lies beside them.
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(ServiceLevels);
        builder.Configuration.AddInMemoryCollection([.. settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value))]);
        if (!settings.Any(setting => setting.Key is "Auth:Authority" or "Auth:LocalSigningKey"))
        {
            builder.Configuration["Auth:LocalSigningKey"] = Who.SigningKey;
        }

        var logs = new LogCapture();
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(logs);
        // Before the endpoints, which get what the defaults say of connections.
        builder.AddServiceDefaults();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        });
        var spans = new SpanCapture();
        builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing.SetSampler(new AlwaysOnSampler()).AddProcessor(new SimpleActivityExportProcessor(spans)));
        configure?.Invoke(builder);
        var app = builder.Build();
        app.UseServiceDefaults();
        map(app);
        await app.StartAsync();
        return new TestHost(app, logs, spans);
    }

    /// <summary>A client's way to the host, as somebody or nobody.</summary>
    public CallInvoker As(Who? identity) => identity is null ? _channel.CreateCallInvoker() : WithToken(identity.Token());

    public CallInvoker WithToken(string token) => _channel.Intercept(headers =>
    {
        headers.Add("authorization", $"Bearer {token}");
        return headers;
    });

    /// <summary>One message to a method, as any client may send it.</summary>
    public Task<RawAnswer> PostAsync(string path, byte[]? message = null, params (string Name, string Value)[] headers) =>
        RawCall.PostAsync(_http, new Uri(Grpc, path), message ?? [], headers);

    /// <summary>Posts a body that need be no message.</summary>
    public Task<RawAnswer> PostBodyAsync(string path, byte[] body, params (string Name, string Value)[] headers) =>
        RawCall.SendAsync(_http, new Uri(Grpc, path), body, headers);

    public Task<HttpResponseMessage> GetAsync(string path) => _http.GetAsync(new Uri(Http, path));

    /// <summary>Ends when the host is connected to its Redis, for which a busy machine may take longer than its start waits.</summary>
    public async Task ConnectRedisAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var redis = Services.GetRequiredService<StackExchange.Redis.IConnectionMultiplexer>();
        while (!redis.IsConnected)
        {
            await Task.Delay(10, patience.Token);
        }
    }

    /// <summary>Ends when the calls under way have ended.</summary>
    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _channel.Dispose();
        await _app.DisposeAsync();
    }

    private static Dictionary<string, string?> ServiceLevels => new(StringComparer.Ordinal)
    {
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        ["Logging:LogLevel:Grpc"] = "Warning",
        ["Logging:LogLevel:Npgsql"] = "Warning",
        ["Logging:LogLevel:StackExchange.Redis"] = "Warning",
        ["Logging:LogLevel:System.Net.Http"] = "Warning",

        // Tests call more often than anybody may; those of the limits switch them on.
        ["RateLimits:Enabled"] = "false",

        // Everything is observed as in production, though nobody listens at this port.
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:9",
        ["OTEL_EXPORTER_OTLP_TIMEOUT"] = "500",
    };

    private static Uri AddressOf(WebApplication app, int index) =>
        new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ElementAt(index));
}
