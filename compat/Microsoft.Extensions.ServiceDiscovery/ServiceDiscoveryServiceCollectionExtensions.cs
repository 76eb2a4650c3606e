using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.ServiceDiscovery;

namespace Microsoft.Extensions.DependencyInjection;

public static class ServiceDiscoveryServiceCollectionExtensions
{
    /// <summary>Resolves names of services from the configuration section <c>Services</c>; a name that it lacks is left as it is.</summary>
    public static IServiceCollection AddServiceDiscovery(this IServiceCollection services) => services.AddServiceDiscovery(_ => { });

    public static IServiceCollection AddServiceDiscovery(this IServiceCollection services, Action<ServiceDiscoveryOptions> configureOptions)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<ServiceDiscoveryOptions>().Configure(configureOptions);
        services.TryAddSingleton(s => new ServiceEndpointResolver(
            s.GetRequiredService<IConfiguration>(), s.GetRequiredService<IOptions<ServiceDiscoveryOptions>>()));
        return services;
    }
}
