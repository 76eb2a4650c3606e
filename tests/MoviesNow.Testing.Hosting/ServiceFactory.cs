using System.Net;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace MoviesNow.Testing.Hosting;

/// <summary>
/// A service's real host on real loopback ports (HTTP/2, and HTTP/1.1 for browsers, without TLS), with the configuration that a test gives. Several of
/// them on the same settings are replicas.
/// </summary>
/// <param name="settings">Configuration, such as <c>ConnectionStrings:catalogdb</c>.</param>
/// <param name="configureServices">Replaces the time or injects faults; null for the service as it is.</param>
public sealed class ServiceFactory<TEntryPoint>(IReadOnlyDictionary<string, string?> settings, Action<IServiceCollection>? configureServices = null)
    : WebApplicationFactory<TEntryPoint> where TEntryPoint : class
{
    private readonly List<GrpcChannel> _channels = [];
    private ListenOptions? _web;

    /// <summary>Address of the host; starts it when it is not running yet.</summary>
    public Uri Address
    {
        get
        {
            StartServer();
            var address = Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
            return new Uri(address);
        }
    }

    /// <summary>Address of the host for browsers, HTTP/1.1; starts it when it is not running yet.</summary>
    public Uri WebAddress
    {
        get
        {
            StartServer();
            return new Uri($"http://{_web!.IPEndPoint}");
        }
    }

    /// <summary>A client's way to the service, as somebody or, when null, as nobody; with headers that a proxy in front may set.</summary>
    public CallInvoker As(Identity? identity, params (string Name, string Value)[] headers)
    {
        var channel = GrpcChannel.ForAddress(Address, new GrpcChannelOptions { HttpVersion = HttpVersion.Version20, MaxReceiveMessageSize = null });
        _channels.Add(channel);
        var caller = identity is null ? channel.CreateCallInvoker() : channel.Intercept(sent => WithToken(sent, identity));
        return headers.Length == 0 ? caller : caller.Intercept(sent =>
        {
            foreach (var (name, value) in headers)
            {
                sent.Add(name, value);
            }

            return sent;
        });
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Development");
        UseKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, 0, listen => (_web = listen).Protocols = HttpProtocols.Http1);
        });
        builder.UseSetting("Auth:LocalSigningKey", Identity.SigningKey);

        // Tests call more often than anybody may; those of the limits switch them on.
        builder.UseSetting("RateLimits:Enabled", "false");

        // All callers of a test project have one address, and keep a connection each.
        builder.UseSetting("Connections:MaxPerAddress", "1000000");

        // A machine that runs several suites of tests at once may keep Redis waiting.
        builder.UseSetting("Idempotency:RedisTimeout", "00:00:02");
        foreach (var endpoint in (string[])["grpc", "http"])
        {
            // The ports that appsettings.json names are for one process of a machine.
            builder.UseSetting($"Kestrel:Endpoints:{endpoint}:Url", "http://127.0.0.1:0");
        }

        foreach (var (key, value) in PooledServices.Settings(settings))
        {
            builder.UseSetting(key, value);
        }

        if (configureServices is not null)
        {
            builder.ConfigureServices(configureServices);
        }
    }

    protected override void Dispose(bool disposing)
    {
        _channels.ForEach(channel => channel.Dispose());
        base.Dispose(disposing);
    }

    private static Metadata WithToken(Metadata headers, Identity identity)
    {
        headers.Add("authorization", $"Bearer {identity.Token()}");
        return headers;
    }
}
