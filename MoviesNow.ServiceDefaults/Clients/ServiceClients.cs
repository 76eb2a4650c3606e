using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MoviesNow.ServiceDefaults.Clients;

/// <summary>Typed clients of other services.</summary>
public static class ServiceClients
{
    /// <summary>
    /// Registers a generated client of a service, which service discovery finds under its name and endpoint <c>grpc</c>. Calls carry
    /// this service's token and the trace context. They are tried up to three times while the service is unavailable: every call
    /// between services is idempotent.
    /// </summary>
    /// <param name="services">Where to register.</param>
    /// <param name="serviceName">Name of the service, such as <c>catalog</c>.</param>
    public static void AddServiceClient<TClient>(this IServiceCollection services, string serviceName) where TClient : ClientBase
    {
        services.TryAddSingleton<DependencyErrorInterceptor>();
        services.TryAddTransient<ServiceTokenHandler>();
        services.AddGrpcClient<TClient>(client => client.Address = new Uri($"http://_grpc.{serviceName}"))
            .ConfigureChannel(ConfigureChannel)
            .AddInterceptor<DependencyErrorInterceptor>()
            .ConfigurePrimaryHttpMessageHandler(CreateHandler)
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .AddHttpMessageHandler<ServiceTokenHandler>()
            .AddServiceDiscovery();
    }

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

    private static void ConfigureChannel(GrpcChannelOptions channel)
    {
        // Given a handler, gRPC would open the sockets itself and look the service's name up in DNS. Given a client, it does not.
        channel.HttpClient = new HttpClient(channel.HttpHandler!) { Timeout = Timeout.InfiniteTimeSpan };
        channel.HttpHandler = null;
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
    }
}
