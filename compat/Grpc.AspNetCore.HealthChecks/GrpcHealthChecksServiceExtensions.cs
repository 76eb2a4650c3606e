using Grpc.AspNetCore.HealthChecks;
using Grpc.AspNetCore.HealthChecks.Internal;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers gRPC health checks.</summary>
public static class GrpcHealthChecksServiceExtensions
{
    /// <summary>Registers health checks and what reports them over gRPC; add the checks to the result.</summary>
    public static IHealthChecksBuilder AddGrpcHealthChecks(this IServiceCollection services) => services.AddGrpcHealthChecks(_ => { });

    /// <summary>The same, with options.</summary>
    public static IHealthChecksBuilder AddGrpcHealthChecks(this IServiceCollection services, Action<GrpcHealthChecksOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);

        services.Configure<GrpcHealthChecksOptions>(options =>
        {
            if (!options.Services.TryGetServiceMapping("", out _))
                options.Services.Map("", _ => true);
        });
        services.Configure(configure);
        services.TryAddSingleton<HealthStatuses>();
        services.TryAddSingleton<HealthService>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHealthCheckPublisher, HealthStatusPublisher>());
        return services.AddHealthChecks();
    }
}
