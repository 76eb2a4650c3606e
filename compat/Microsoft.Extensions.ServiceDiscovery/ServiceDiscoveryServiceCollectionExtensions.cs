using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.ServiceDiscovery;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers service discovery.</summary>
public static class ServiceDiscoveryServiceCollectionExtensions
{
    /// <summary>Adds discovery of services by configuration (<c>services:{name}:{scheme or endpoint name}:{n}</c>).</summary>
    public static IServiceCollection AddServiceDiscovery(this IServiceCollection services)
    {
        services.TryAddSingleton<ConfigurationEndpointResolver>();
        services.TryAddTransient<ResolvingHttpMessageHandler>();
        return services;
    }
}

/// <summary>Makes HTTP clients find services by name.</summary>
public static class ServiceDiscoveryHttpClientBuilderExtensions
{
    /// <summary>Resolves the host of each request, when it names a service that is known.</summary>
    public static IHttpClientBuilder AddServiceDiscovery(this IHttpClientBuilder httpClientBuilder)
    {
        httpClientBuilder.Services.AddServiceDiscovery();
        return httpClientBuilder.AddHttpMessageHandler<ResolvingHttpMessageHandler>();
    }
}
