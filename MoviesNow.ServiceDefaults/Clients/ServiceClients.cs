using System.Net;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace MoviesNow.ServiceDefaults.Clients;

/// <summary>Typed clients of other services.</summary>
public static class ServiceClients
{
    /// <summary>
    /// Registers a channel to a service, found by service discovery under its name and endpoint <c>grpc</c>, and clients on it.
    /// Calls carry this service's token and the trace context, and are tried up to three times while the service is not
    /// reachable: every call between services is idempotent.
    /// </summary>
    /// <param name="services">Where to register.</param>
    /// <param name="serviceName">Name of the service, such as <c>catalog</c>.</param>
    public static ServiceClientBuilder AddServiceClients(this IServiceCollection services, string serviceName)
    {
        services.AddHttpClient(serviceName, client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
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
            })
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .AddHttpMessageHandler<ServiceTokenHandler>()
            .AddServiceDiscovery();
        services.TryAddTransient<ServiceTokenHandler>();
        services.AddKeyedSingleton(serviceName, (provider, _) => CreateChannel(provider, serviceName));
        return new ServiceClientBuilder(services, serviceName);
    }

    private static GrpcChannel CreateChannel(IServiceProvider provider, string serviceName) =>
        GrpcChannel.ForAddress($"http://_grpc.{serviceName}", new GrpcChannelOptions
        {
            // A client, not a handler: of a handler gRPC takes the sockets, and looks the service's name up in DNS by itself.
            HttpClient = provider.GetRequiredService<IHttpClientFactory>().CreateClient(serviceName),
            DisposeHttpClient = true,
            HttpVersion = HttpVersion.Version20,
            LoggerFactory = provider.GetRequiredService<ILoggerFactory>(),
            ServiceConfig = new ServiceConfig { MethodConfigs = { RetryWhileUnavailable() } },
        });

    private static MethodConfig RetryWhileUnavailable() => new()
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
    };
}

/// <summary>Adds clients to a registered channel.</summary>
public sealed class ServiceClientBuilder(IServiceCollection services, string serviceName)
{
    /// <summary>Where the clients are registered.</summary>
    internal IServiceCollection Services => services;

    /// <summary>Registers one generated client as a singleton.</summary>
    /// <param name="create">Makes the client from an invoker, such as <c>invoker => new TitleServiceClient(invoker)</c>.</param>
    public ServiceClientBuilder AddClient<TClient>(Func<CallInvoker, TClient> create) where TClient : ClientBase
    {
        services.TryAddSingleton<DependencyErrorInterceptor>();
        services.AddSingleton(provider => create(
            provider.GetRequiredKeyedService<GrpcChannel>(serviceName).Intercept(provider.GetRequiredService<DependencyErrorInterceptor>())));
        return this;
    }
}
