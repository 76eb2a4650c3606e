using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Bench.Scenarios;

/// <summary>A server in this process whose methods do nothing, and clients of it.</summary>
internal sealed class GrpcHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;

    private GrpcHost(WebApplication app)
    {
        _app = app;
        _channel = Connect(Address);
    }

    /// <summary>Where it listens.</summary>
    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>A way to such a server, in this process or another.</summary>
    public static GrpcChannel Connect(string address) => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        HttpVersion = HttpVersion.Version20,
        HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true, UseProxy = false },
    });

    /// <summary>gRPC and nothing else: the ceiling.</summary>
    public static Task<GrpcHost> StartPlainAsync() => StartAsync(builder => builder.Services.AddGrpc(), _ => { });

    /// <summary>With everything that a service has.</summary>
    /// <param name="redis">Its connection string.</param>
    /// <param name="more">Further settings.</param>
    public static Task<GrpcHost> StartServiceAsync(string redis, params (string Name, string? Value)[] more) => StartAsync(
        builder =>
        {
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["Auth:LocalSigningKey"] = Identity.SigningKey,
                ["ConnectionStrings:redis"] = redis,
                ["RateLimits:ReadsPerMinute"] = "1000000",
                ["RateLimits:AdminWritesPerMinute"] = "1000000",
                // As the services are set.
                ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
                ["Logging:LogLevel:Grpc"] = "Warning",
            });
            builder.Configuration.AddInMemoryCollection(more.Select(setting => KeyValuePair.Create(setting.Name, setting.Value)));
            builder.AddServiceDefaults();
            builder.AddRedis("redis", isVital: false);
        },
        app => app.UseServiceDefaults());

    public TitleService.TitleServiceClient Client() => new(_channel);

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _app.DisposeAsync();
    }

    private static async Task<GrpcHost> StartAsync(Action<WebApplicationBuilder> configure, Action<WebApplication> use)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        // The settings of the services beside which this program lies are theirs.
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        configure(builder);
        var app = builder.Build();
        use(app);
        app.MapGrpcService<Titles>();
        await app.StartAsync();
        return new GrpcHost(app);
    }

    private sealed class Titles : TitleService.TitleServiceBase
    {
        private static readonly Task<GetTitleResponse> Got = Task.FromResult(new GetTitleResponse());
        private static readonly Task<CreateTitleResponse> Created = Task.FromResult(new CreateTitleResponse());

        public override Task<GetTitleResponse> GetTitle(GetTitleRequest request, ServerCallContext context) => Got;

        public override Task<CreateTitleResponse> CreateTitle(CreateTitleRequest request, ServerCallContext context) => Created;
    }
}
