using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MoviesNow.ServiceDefaults.Web;

/// <summary>What pages may send to an endpoint that is no RPC.</summary>
/// <param name="Methods">HTTP methods.</param>
/// <param name="Headers">Headers beyond what browsers always may send.</param>
/// <param name="ExposedHeaders">Headers of the answer that pages may read.</param>
public sealed record EndpointCorsRule(string[] Methods, string[] Headers, string[] ExposedHeaders);

/// <summary>CORS for endpoints that are no RPCs: the same pages may call them.</summary>
public static class EndpointCors
{
    /// <summary>Adds a policy; an endpoint takes it with <c>RequireCors(name)</c>.</summary>
    public static void AddEndpointCors(this IServiceCollection services, string name, EndpointCorsRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        services.AddOptions<CorsOptions>().Configure<IOptions<CorsSettings>>((cors, settings) => cors.AddPolicy(name, policy =>
        {
            BrowserExtensions.AdmitOrigins(policy, settings.Value);
            policy.WithMethods(rule.Methods).WithHeaders(rule.Headers).WithExposedHeaders(rule.ExposedHeaders)
                .SetPreflightMaxAge(BrowserExtensions.PreflightMaxAge);
        }));
    }
}
