using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using MoviesNow.AppHost.Backing;
using MoviesNow.EmbeddedServers;

namespace MoviesNow.AppHost;

/// <summary>What the four services have in common in the model.</summary>
internal static class ServiceResources
{
    /// <summary>Adds a service with its endpoints <c>grpc</c> and <c>http</c>, ready when its dependencies are.</summary>
    public static IResourceBuilder<ProjectResource> AddService<TProject>(this IDistributedApplicationBuilder builder, string name, LocalSecrets secrets)
        where TProject : IProjectMetadata, new() => builder.AddProject<TProject>(name)
            .WithPreferredPorts()
            .WithIdentity(secrets)
            .WithCors()
            .WithHttpHealthCheck("/health/ready", endpointName: "http");

    /// <summary>Adds a run of a service's program that brings its database up to date and ends.</summary>
    public static IResourceBuilder<ProjectResource> AddMigration<TProject>(
        this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ConnectionStringResource> database, LocalSecrets secrets)
        where TProject : IProjectMetadata, new() => builder
            .AddProject<TProject>(name, options => options.ExcludeKestrelEndpoints = options.ExcludeLaunchProfile = true)
            .WithArgs("migrate")
            .WithIdentity(secrets)
            .WithReference(database).WaitFor(database);

    /// <summary>Gives a resource the bucket.</summary>
    public static IResourceBuilder<ProjectResource> WithStorage(this IResourceBuilder<ProjectResource> project, StorageBacking storage)
    {
        foreach (var (name, value) in storage.Settings)
        {
            project.WithEnvironment($"Storage__{name}", value);
        }

        return storage.Server is null ? project : project.WaitFor(storage.Server);
    }

    /// <summary>Keeps the ports that the project names while they are free, and takes others while they are not, so that two checkouts run side by side.</summary>
    public static IResourceBuilder<ProjectResource> WithPreferredPorts(this IResourceBuilder<ProjectResource> project)
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

    // Pages of the configured origins may call; in Development those of this machine too, whichever port their server took.
    private static IResourceBuilder<ProjectResource> WithCors(this IResourceBuilder<ProjectResource> project)
    {
        var builder = project.ApplicationBuilder;
        if (builder.Environment.IsDevelopment())
        {
            project.WithEnvironment("Cors__AllowLoopback", "true");
        }

        foreach (var (key, value) in builder.Configuration.GetSection("Cors").AsEnumerable())
        {
            if (value is not null)
            {
                project.WithEnvironment(key.Replace(":", "__", StringComparison.Ordinal), value);
            }
        }

        return project;
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
