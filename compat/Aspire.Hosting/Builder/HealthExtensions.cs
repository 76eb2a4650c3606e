using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Execution.Health;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting;

public static class HealthBuilderExtensions
{
    /// <summary>Adds a check that is registered under <paramref name="key"/> in the application's services.</summary>
    public static IResourceBuilder<T> WithHealthCheck<T>(this IResourceBuilder<T> builder, string key)
        where T : IResource
    {
        if (builder.Resource.Annotations.OfType<HealthCheckAnnotation>().Any(a => a.Key == key))
            throw new DistributedApplicationException($"Resource '{builder.Resource.Name}' already has a health check with key '{key}'.");
        return builder.WithAnnotation(new HealthCheckAnnotation(key));
    }

    public static IResourceBuilder<T> WithHttpHealthCheck<T>(
        this IResourceBuilder<T> builder, string? path = null, int? statusCode = null, string? endpointName = null)
        where T : IResourceWithEndpoints
    {
        Func<EndpointReference>? selector = endpointName is null ? null : () => builder.Resource.GetEndpoint(endpointName);
        return builder.WithHttpHealthCheck(selector, path, statusCode);
    }

    public static IResourceBuilder<T> WithHttpHealthCheck<T>(
        this IResourceBuilder<T> builder, Func<EndpointReference>? endpointSelector, string? path = null, int? statusCode = null)
        where T : IResourceWithEndpoints
    {
        var resource = builder.Resource;
        var endpoint = endpointSelector?.Invoke() ?? DefaultEndpoint(resource);
        var expected = statusCode ?? 200;
        var key = $"{resource.Name}_{endpoint.EndpointName}_{path ?? "/"}_{expected}_check";
        builder.ApplicationBuilder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            key,
            services => new HttpEndpointCheck(endpoint, path ?? "/", expected, services.GetRequiredService<HealthProbeClient>()),
            failureStatus: null,
            tags: null));
        return builder.WithHealthCheck(key);
    }

    private static EndpointReference DefaultEndpoint(IResourceWithEndpoints resource)
    {
        var endpoints = resource.GetEndpoints().ToList();
        return endpoints.Find(e => e.EndpointName == "https")
            ?? endpoints.Find(e => e.EndpointName == "http")
            ?? endpoints.Find(e => e.IsHttp || e.IsHttps)
            ?? throw new DistributedApplicationException(
                $"Could not create HTTP health check for resource '{resource.Name}' as no endpoint was found matching one of the specified names: http, https");
    }
}
