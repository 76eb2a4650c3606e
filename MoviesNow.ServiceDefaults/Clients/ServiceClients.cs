using System.Net;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MoviesNow.ServiceDefaults.Identity;

namespace MoviesNow.ServiceDefaults.Clients;

/// <summary>Typed clients of other services.</summary>
public static class ServiceClients
{
    /// <summary>
    /// Registers a channel to a service, found by service discovery under its name and endpoint <c>grpc</c>, and clients on it.
    /// Calls carry this service's token and the trace context, and are repeated up to three times while the service is not
    /// reachable: every call between services is idempotent.
    /// </summary>
    /// <param name="services">Where to register.</param>
    /// <param name="serviceName">Name of the service, such as <c>catalog</c>.</param>
    public static ServiceClientBuilder AddServiceClients(this IServiceCollection services, string serviceName)
    {
        services.AddHttpClient(serviceName)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                EnableMultipleHttp2Connections = true,
                ConnectTimeout = TimeSpan.FromSeconds(2),
                KeepAlivePingDelay = TimeSpan.FromSeconds(30),
                KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            })
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .AddServiceDiscovery();
        services.AddKeyedSingleton(serviceName, (provider, _) => CreateChannel(provider, serviceName));
        return new ServiceClientBuilder(services, serviceName);
    }

    private static GrpcChannel CreateChannel(IServiceProvider provider, string serviceName)
    {
        var tokens = provider.GetRequiredService<IServiceTokenProvider>();
        var credentials = CallCredentials.FromInterceptor(async (context, metadata) =>
            metadata.Add("authorization", $"Bearer {await tokens.GetTokenAsync(context.CancellationToken)}"));
        return GrpcChannel.ForAddress($"http://_grpc.{serviceName}", new GrpcChannelOptions
        {
            HttpHandler = provider.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(serviceName),
            HttpVersion = HttpVersion.Version20,
            Credentials = ChannelCredentials.Create(ChannelCredentials.Insecure, credentials),
            UnsafeUseInsecureChannelCallCredentials = true,
            ServiceConfig = new ServiceConfig { MethodConfigs = { RetryWhileUnavailable() } },
        });
    }

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
    /// <summary>Registers one generated client as a singleton.</summary>
    /// <param name="create">Makes the client from an invoker, such as <c>invoker => new TitleServiceClient(invoker)</c>.</param>
    public ServiceClientBuilder AddClient<TClient>(Func<CallInvoker, TClient> create) where TClient : ClientBase
    {
        services.AddSingleton(provider => create(provider.GetRequiredKeyedService<GrpcChannel>(serviceName).Intercept(new DependencyErrorInterceptor())));
        return this;
    }
}
