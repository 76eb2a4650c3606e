using System.Net;
using Grpc.AspNetCore.Server;
using Grpc.Net.Client;
using GrpcTests.Sample;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace GrpcTests.Harness;

/// <summary>A Kestrel server with HTTP/2 in the clear on a free loopback port.</summary>
public sealed class SampleServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SampleServer(WebApplication app)
    {
        _app = app;
        Address = app.Urls.Single();
        Channel = Connect();
    }

    public string Address { get; }

    public GrpcChannel Channel { get; }

    public SampleService.SampleServiceClient Client => new(Channel);

    public IServiceProvider Services => _app.Services;

    public Observations Observations => Services.GetRequiredService<Observations>();

    public static async Task<SampleServer> StartAsync(
        Action<GrpcServiceOptions>? grpc = null,
        Action<IServiceCollection>? services = null,
        Action<WebApplication>? map = null,
        Action<ListenOptions>? listen = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, options =>
        {
            options.Protocols = HttpProtocols.Http2;
            listen?.Invoke(options);
        }));
        builder.Services.AddGrpc(options => grpc?.Invoke(options));
        builder.Services.AddSingleton<Observations>();
        services?.Invoke(builder.Services);

        var app = builder.Build();
        if (map is null)
            app.MapGrpcService<SampleHandler>();
        else
            map(app);
        await app.StartAsync();
        return new SampleServer(app);
    }

    public GrpcChannel Connect(Action<GrpcChannelOptions>? configure = null)
    {
        var options = new GrpcChannelOptions();
        configure?.Invoke(options);
        return GrpcChannel.ForAddress(Address, options);
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _app.DisposeAsync();
    }
}
