using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MoviesNow.ServiceDefaults.Clients;

/// <summary>Typed clients of other services.</summary>
public static class ServiceClients
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Registers a generated client of a service, which service discovery finds under its name and endpoint <c>grpc</c>. Calls carry
    /// this service's token and the trace context. They are tried up to three times while the service is unavailable: every call
    /// between services is idempotent.
    /// <para>
    /// Where <c>services:{name}:grpc:0</c> is a name of several replicas, such as <c>dns:///catalog-pods:5110</c>, gRPC keeps a connection to
    /// each address of that name and takes them in turn. An address behind which something else spreads connections, as a Kubernetes
    /// Service does, would give each caller one replica for as long as its connection lasts.
    /// </para>
    /// </summary>
    /// <param name="services">Where to register.</param>
    /// <param name="serviceName">Name of the service, such as <c>catalog</c>.</param>
    public static void AddServiceClient<TClient>(this IServiceCollection services, string serviceName) where TClient : ClientBase
    {
        services.TryAddSingleton<DependencyErrorInterceptor>();
        services.TryAddTransient<ServiceTokenHandler>();
        // New replicas are found within that time, those that went as soon as their connection breaks.
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ResolverFactory, DnsResolverFactory>(_ => new DnsResolverFactory(RefreshInterval)));
        services.AddGrpcClient<TClient>((provider, client) => client.Address = ReplicasOf(provider, serviceName) ?? new Uri($"http://_grpc.{serviceName}"))
            .ConfigureChannel((provider, channel) => ConfigureChannel(channel, isBalanced: ReplicasOf(provider, serviceName) is not null))
            .AddInterceptor<DependencyErrorInterceptor>()
            .ConfigurePrimaryHttpMessageHandler(CreateHandler)
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .AddHttpMessageHandler<ServiceTokenHandler>()
            .AddServiceDiscovery();
    }

    /// <summary>The name that gRPC resolves itself; null for addresses, which service discovery knows.</summary>
    private static Uri? ReplicasOf(IServiceProvider provider, string serviceName) =>
        Uri.TryCreate(provider.GetRequiredService<IConfiguration>()[$"services:{serviceName}:grpc:0"], UriKind.Absolute, out var address)
            && address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps ? address : null;

    private static SocketsHttpHandler CreateHandler() => new()
    {
        // Services are called directly, whatever proxy the machine has for the world outside.
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        EnableMultipleHttp2Connections = true,
        ConnectTimeout = TimeSpan.FromSeconds(2),
        KeepAlivePingDelay = TimeSpan.FromSeconds(30),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };

    private static void ConfigureChannel(GrpcChannelOptions channel, bool isBalanced)
    {
        channel.ServiceConfig = new ServiceConfig
        {
            MethodConfigs =
            {
                new MethodConfig
                {
                    Names = { MethodName.Default },
                    RetryPolicy = new RetryPolicy
                    {
                        MaxAttempts = 3,
                        InitialBackoff = TimeSpan.FromMilliseconds(100),
                        MaxBackoff = TimeSpan.FromSeconds(1),
                        BackoffMultiplier = 2,
                        RetryableStatusCodes = { StatusCode.Unavailable },
                    },
                },
            },
        };
        if (isBalanced)
        {
            AdmitBalancing(channel.HttpHandler);
            channel.ServiceConfig.LoadBalancingConfigs.Add(new RoundRobinConfig());
            // As for addresses that begin with http: encryption between services is the mesh's.
            channel.Credentials = ChannelCredentials.Insecure;
            channel.InitialReconnectBackoff = TimeSpan.FromMilliseconds(200);
            channel.MaxReconnectBackoff = TimeSpan.FromSeconds(5);
        }
        else
        {
            // Given a handler, gRPC would open the sockets itself and look the service's name up in DNS. Given a client, it does not.
            channel.HttpClient = new HttpClient(channel.HttpHandler!) { Timeout = Timeout.InfiniteTimeSpan };
            channel.HttpHandler = null;
        }
    }

    /// <summary>Service discovery forbids gRPC to choose among addresses, for it does so itself where the address is a name that it knows.</summary>
    private static void AdmitBalancing(HttpMessageHandler? handler)
    {
        while (handler is DelegatingHandler outer)
        {
            handler = outer.InnerHandler;
        }

        (handler as SocketsHttpHandler)?.Properties.Remove("__GrpcLoadBalancingDisabled");
    }
}
