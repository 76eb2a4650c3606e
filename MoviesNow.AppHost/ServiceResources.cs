using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using MoviesNow.AppHost.Backing;
using MoviesNow.AppHost.Local;
using MoviesNow.AppHost.Startup;
using MoviesNow.EmbeddedServers;

namespace MoviesNow.AppHost;

/// <summary>What the four services have in common in the model.</summary>
internal static class ServiceResources
{
    /// <summary>Adds a service with its endpoints <c>grpc</c> and <c>http</c>, ready when its dependencies are.</summary>
    public static IResourceBuilder<ProjectResource> AddService<TProject>(this IDistributedApplicationBuilder builder, string name, LocalSecrets secrets)
        where TProject : IProjectMetadata, new() => builder.AddProject<TProject>(name)
            .StartedDirectly()
            .WithoutHttpsCertificate()
            .WithPreferredPorts()
            .WithIdentity(secrets)
            .WithCors()
            .WithTamedTelemetry()
            .WithReadiness("http", "/health/ready")
            .WithNamedUrls();

    /// <summary>Gives a service its database, which a run of its program brings up to date first.</summary>
    public static IResourceBuilder<ProjectResource> WithDatabase(this IResourceBuilder<ProjectResource> service, IResourceBuilder<IResourceWithConnectionString> database)
    {
        var projectFile = service.Resource.GetProjectMetadata();
        var migration = service.ApplicationBuilder.AddProgram($"{service.Resource.Name}-migration", projectFile, "migrate")
            .WithReference(database).WaitFor(database)
            .WithParentRelationship(service);
        return service.WithReference(database).WaitForCompletion(migration);
    }

    /// <summary>Gives a resource the bucket, and lets it wait for it when it cannot work without.</summary>
    public static IResourceBuilder<ProjectResource> WithStorage(this IResourceBuilder<ProjectResource> project, StorageBacking storage, bool isVital = true)
    {
        foreach (var (name, value) in storage.Settings)
        {
            project.WithEnvironment($"Storage__{name}", value);
        }

        return storage.Server is null || !isVital ? project : project.WaitFor(storage.Server);
    }

    /// <summary>Passes a section of the application's configuration on.</summary>
    public static IResourceBuilder<ProjectResource> WithSection(this IResourceBuilder<ProjectResource> project, string section)
    {
        foreach (var (key, value) in project.ApplicationBuilder.Configuration.GetSection(section).AsEnumerable())
        {
            if (value is not null)
            {
                project.WithEnvironment(key.Replace(":", "__", StringComparison.Ordinal), value);
            }
        }

        return project;
    }

    /// <summary>Keeps URLs out of spans, whatever Aspire sets: a presigned one carries its signature.</summary>
    public static IResourceBuilder<T> WithTamedTelemetry<T>(this IResourceBuilder<T> resource) where T : IResourceWithEnvironment => resource
        .WithEnvironment("OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION", "false")
        .WithEnvironment("OTEL_DOTNET_EXPERIMENTAL_HTTPCLIENT_DISABLE_URL_QUERY_REDACTION", "false")
        // Once a second, as Aspire sets it, keeps an idle system busy. A stopped dashboard must not hold up the end of a service.
        .WithEnvironment("OTEL_METRIC_EXPORT_INTERVAL", "15000")
        .WithEnvironment("OTEL_EXPORTER_OTLP_TIMEOUT", "2000");

    /// <summary>Keeps the ports that the project names while they are free, and takes others while they are not, so that two checkouts run side by side.</summary>
    private static IResourceBuilder<ProjectResource> WithPreferredPorts(this IResourceBuilder<ProjectResource> project)
    {
        foreach (var endpoint in project.Resource.Annotations.OfType<EndpointAnnotation>())
        {
            if (endpoint.Port is { } port && !FreePort.IsFree(port))
            {
                endpoint.Port = null;
            }
        }

        return project;
    }

    /// <summary>
    /// Names addresses by what speaks there. Only the health page does something in a browser, so only it is shown first; the
    /// others, for clients, are in the resource's details.
    /// </summary>
    private static IResourceBuilder<ProjectResource> WithNamedUrls(this IResourceBuilder<ProjectResource> project) => project
        .WithUrls(context =>
        {
            foreach (var url in context.Urls)
            {
                (url.DisplayText, url.DisplayLocation) = (url.Endpoint?.EndpointName == "grpc" ? "gRPC" : "gRPC-Web", UrlDisplayLocation.DetailsOnly);
            }

            context.Urls.Add(new ResourceUrlAnnotation { Url = $"{project.GetEndpoint("http").Url}/health/ready", DisplayText = "health" });
        });

    // Pages of the configured origins may call; in Development those of this machine too, whichever port their server took.
    private static IResourceBuilder<ProjectResource> WithCors(this IResourceBuilder<ProjectResource> project)
    {
        var builder = project.ApplicationBuilder;
        if (builder.Environment.IsDevelopment())
        {
            project.WithEnvironment("Cors__AllowLoopback", "true");
        }

        return project.WithSection("Cors");
    }


    // With an authority configured, its tokens are asked for; otherwise those signed with the local key.
    private static IResourceBuilder<ProjectResource> WithIdentity(this IResourceBuilder<ProjectResource> project, LocalSecrets secrets)
    {
        var authority = project.ApplicationBuilder.Configuration["Auth:Authority"];
        return string.IsNullOrEmpty(authority)
            ? project.WithEnvironment("Auth__LocalSigningKey", secrets.SigningKey)
            : project.WithEnvironment("Auth__Authority", authority);
    }
}
