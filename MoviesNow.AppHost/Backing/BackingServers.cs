using MoviesNow.AppHost.Local;
using MoviesNow.AppHost.Startup;

namespace MoviesNow.AppHost.Backing;

/// <summary>What the services stand on. Nothing in a service knows whether it is embedded, in containers or external.</summary>
/// <param name="CatalogDb">Database of the catalog service.</param>
/// <param name="UploadDb">Database of the upload service.</param>
/// <param name="TelemetryDb">Database of the telemetry service.</param>
/// <param name="Redis">Redis.</param>
/// <param name="Storage">The bucket.</param>
internal sealed record BackingServers(
    IResourceBuilder<IResourceWithConnectionString> CatalogDb,
    IResourceBuilder<IResourceWithConnectionString> UploadDb,
    IResourceBuilder<IResourceWithConnectionString> TelemetryDb,
    IResourceBuilder<IResourceWithConnectionString> Redis,
    StorageBacking Storage)
{
    /// <summary>Servers that this application runs, and so stops after the services; none when they are external.</summary>
    public IReadOnlyList<IResource> Servers { get; init; } = [];

    /// <summary>Empties databases, Redis and the bucket while the servers run and no service does; null when they are not ours to empty.</summary>
    public Func<ResourceCommandService, ResourceNotificationService, CancellationToken, Task>? WipeAsync { get; init; }

    /// <summary>
    /// Adds the servers that the configuration <c>Backing</c> asks for: <c>embedded</c> (the default), <c>containers</c> or <c>external</c>.
    /// </summary>
    /// <exception cref="StartException">Another value, or a setting is missing.</exception>
    public static async Task<BackingServers> AddAsync(IDistributedApplicationBuilder builder, LocalHome home, LocalSecrets secrets) => builder.Configuration["Backing"] switch
    {
        null or "" or "embedded" when builder.ExecutionContext.IsRunMode => await EmbeddedBacking.AddAsync(builder, home, secrets),
        null or "" or "embedded" => throw new StartException("Embedded servers are for this machine: publish with --Backing=containers or --Backing=external."),
        "containers" => ContainerBacking.Add(builder, home, secrets),
        "external" => ExternalBacking.Add(builder),
        var other => throw new StartException($"The setting Backing is '{other}'. It must be embedded, containers or external, for example --Backing=embedded."),
    };
}

/// <summary>The bucket: the settings that services get, and the resource to wait for when it is ours.</summary>
/// <param name="Settings">Configuration section <c>Storage</c> of the services.</param>
/// <param name="Server">The local S3 endpoint; null when it is external.</param>
internal sealed record StorageBacking(IReadOnlyDictionary<string, ReferenceExpression> Settings, IResourceBuilder<ExecutableResource>? Server)
{
    /// <summary>How a program that is none of ours reads the bucket of the local S3 endpoint; null when it is external.</summary>
    public LocalBucket? Local { get; init; }
}

/// <summary>The bucket of the local S3 endpoint.</summary>
/// <param name="Port">The endpoint's port on 127.0.0.1.</param>
/// <param name="Name">Name of the bucket.</param>
/// <param name="AccessKey">Access key.</param>
/// <param name="SecretKey">Its secret.</param>
internal sealed record LocalBucket(int Port, string Name, string AccessKey, IResourceBuilder<ParameterResource> SecretKey);
