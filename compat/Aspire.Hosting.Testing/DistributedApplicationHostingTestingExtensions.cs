using System.Diagnostics.CodeAnalysis;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.Testing;

public static class DistributedApplicationHostingTestingExtensions
{
    [SuppressMessage("Reliability", "CA2000", Justification = "The client owns its handler.")]
    public static HttpClient CreateHttpClient(this DistributedApplication app, string resourceName, string? endpointName = null) => new()
    {
        BaseAddress = app.GetEndpoint(resourceName, endpointName),
    };

    public static Uri GetEndpoint(this DistributedApplication app, string resourceName, string? endpointName = null)
    {
        if (app.Resource(resourceName) is not IResourceWithEndpoints resource)
            throw new InvalidOperationException($"Resource '{resourceName}' has no allocated endpoints.");
        var endpoint = endpointName is null ? Default(resource) : resource.GetEndpoint(endpointName);
        return endpoint.Exists
            ? new Uri(endpoint.Url)
            : throw new ArgumentException($"Endpoint '{endpointName}' for resource '{resourceName}' not found.", nameof(endpointName));
    }

    public static ValueTask<string?> GetConnectionStringAsync(
        this DistributedApplication app, string resourceName, CancellationToken cancellationToken = default) =>
        app.Resource(resourceName) is IResourceWithConnectionString resource
            ? resource.GetConnectionStringAsync(cancellationToken)
            : throw new ArgumentException($"Resource '{resourceName}' is not a connection string resource.", nameof(resourceName));

    private static EndpointReference Default(IResourceWithEndpoints resource)
    {
        var endpoints = resource.GetEndpoints().ToList();
        return endpoints.Find(e => e.IsHttp && e.EndpointName == "http")
            ?? endpoints.Find(e => e.IsHttps && e.EndpointName == "https")
            ?? endpoints.FirstOrDefault()
            ?? throw new InvalidOperationException($"Resource '{resource.Name}' has no allocated endpoints.");
    }

    private static IResource Resource(this DistributedApplication app, string name) =>
        app.Services.GetRequiredService<DistributedApplicationModel>().Resources
            .FirstOrDefault(r => string.Equals(r.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"Resource '{name}' not found.", nameof(name));
}
