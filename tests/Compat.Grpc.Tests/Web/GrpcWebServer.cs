using System.Net;
using Grpc.AspNetCore.Server;
using Grpc.AspNetCore.Web;
using GrpcTests.Harness;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace GrpcTests.Web;

/// <summary>A server that speaks gRPC-Web over HTTP/1.1 and HTTP/2, in the clear on loopback ports of its own.</summary>
public sealed class GrpcWebServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly string[] _addresses;

    private GrpcWebServer(WebApplication app)
    {
        _app = app;
        _addresses = [.. app.Urls];
    }

    /// <summary>HTTP/2.</summary>
    public string Address => _addresses[1];

    public Observations Observations => _app.Services.GetRequiredService<Observations>();

    public static async Task<GrpcWebServer> StartAsync(
        Action<WebApplication>? map = null, GrpcWebOptions? web = null, Action<GrpcServiceOptions>? grpc = null, Action<IServiceCollection>? services = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddGrpc(options => grpc?.Invoke(options));
        builder.Services.AddSingleton<Observations>();
        services?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseGrpcWeb(web ?? new GrpcWebOptions { DefaultEnabled = true });
        if (map is null)
            app.MapGrpcService<SampleHandler>();
        else
            map(app);
        await app.StartAsync();
        return new GrpcWebServer(app);
    }

    /// <summary>Sends a request; the answer's body is not read yet.</summary>
    public Task<HttpResponseMessage> SendAsync(Dialect dialect, string path, HttpContent content, params (string Name, string Value)[] headers)
    {
        var isHttp2 = dialect.Version == HttpVersion.Version20;
        var request = new HttpRequestMessage(HttpMethod.Post, $"{_addresses[isHttp2 ? 1 : 0]}/{path}")
        {
            Version = dialect.Version,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        if (content.Headers.ContentType is null)
            Assert.True(content.Headers.TryAddWithoutValidation("Content-Type", dialect.ContentType));
        foreach (var (name, value) in headers)
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        return _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>Makes a call and reads its whole answer.</summary>
    public async Task<GrpcWebAnswer> CallAsync(Dialect dialect, string method, byte[] body, params (string Name, string Value)[] headers)
    {
        using var response = await SendAsync(dialect, $"sample.v1.SampleService/{method}", new ByteArrayContent(dialect.Encode(body)), headers);
        return await GrpcWebAnswer.ReadAsync(response);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }
}

/// <summary>One server with default options for the tests of a class.</summary>
public sealed class GrpcWebServerFixture : IAsyncLifetime
{
    public GrpcWebServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await GrpcWebServer.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();
}
