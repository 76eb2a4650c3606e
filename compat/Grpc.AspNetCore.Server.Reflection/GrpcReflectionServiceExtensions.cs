using Grpc.AspNetCore.Server.Reflection.Internal;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers gRPC reflection.</summary>
public static class GrpcReflectionServiceExtensions
{
    /// <summary>Registers what the reflection service needs.</summary>
    public static IServiceCollection AddGrpcReflection(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<ServiceCatalog>();
        services.TryAddSingleton<ReflectionService>();
        return services;
    }
}
