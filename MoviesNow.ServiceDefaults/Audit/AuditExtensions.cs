using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Clients;

namespace MoviesNow.ServiceDefaults.Audit;

/// <summary>The trail of what administrators change. A host without one leaves no entries.</summary>
public static class AuditExtensions
{
    /// <summary>
    /// Keeps the trail in the service's own database, which <see cref="ServiceDefaultsExtensions.AddPostgres"/> registers and one of
    /// whose migrations is <c>Audit/audit_entries.sql</c>.
    /// </summary>
    public static void AddAuditTrail(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton<AuditStore>();
        builder.Services.AddSingleton<IAuditTrail>(provider => provider.GetRequiredService<AuditStore>());
        builder.Services.AddSingleton<AuditRecorder>();
    }

    /// <summary>Keeps the trail with another service, for a service without a database.</summary>
    /// <param name="services">Where to register.</param>
    /// <param name="serviceName">Name of the service that keeps it, such as <c>catalog</c>.</param>
    public static void AddRemoteAuditTrail(this IServiceCollection services, string serviceName)
    {
        services.AddServiceClient<AuditService.AuditServiceClient>(serviceName);
        services.AddSingleton<IAuditTrail, RemoteAuditTrail>();
        services.AddSingleton<AuditRecorder>();
    }

    /// <summary>Maps the service that lists the trail; its host has called <see cref="AddAuditTrail"/>.</summary>
    public static void MapAuditTrail(this IEndpointRouteBuilder app) => app.MapGrpcService<AuditGrpcService>();

    /// <summary>Sees to it that no service lets administrators change something without a trail.</summary>
    /// <exception cref="InvalidOperationException">It would.</exception>
    internal static void RequireAuditTrail(this WebApplication app)
    {
        var audited = ((IEndpointRouteBuilder)app).DataSources
            .SelectMany(source => source.Endpoints)
            .Select(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.FullName)
            .FirstOrDefault(path => path is not null && AuditedMethods.Find(path) is not null);
        if (audited is not null && app.Services.GetService<AuditRecorder>() is null)
        {
            throw new InvalidOperationException(
                $"{audited} is for administrators to change something, and the service has no audit trail: call AddAuditTrail or AddRemoteAuditTrail.");
        }
    }
}
