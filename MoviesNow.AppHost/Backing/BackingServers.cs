namespace MoviesNow.AppHost.Backing;

/// <summary>What the services stand on. Nothing in a service knows whether it is embedded or external.</summary>
/// <param name="CatalogDb">Database of the catalog service.</param>
/// <param name="UploadDb">Database of the upload service.</param>
/// <param name="TelemetryDb">Database of the telemetry service.</param>
/// <param name="Redis">Redis.</param>
/// <param name="Storage">The bucket.</param>
internal sealed record BackingServers(
    IResourceBuilder<ConnectionStringResource> CatalogDb,
    IResourceBuilder<ConnectionStringResource> UploadDb,
    IResourceBuilder<ConnectionStringResource> TelemetryDb,
    IResourceBuilder<ConnectionStringResource> Redis,
    StorageBacking Storage)
{
    /// <summary>Adds the servers that the configuration <c>Backing</c> asks for: <c>embedded</c> (the default) or <c>external</c>.</summary>
    /// <exception cref="DistributedApplicationException">Another value, or a server cannot be prepared.</exception>
    public static async Task<BackingServers> AddAsync(IDistributedApplicationBuilder builder, LocalHome home) => builder.Configuration["Backing"] switch
    {
        null or "" or "embedded" => await EmbeddedBacking.AddAsync(builder, home),
        "external" => ExternalBacking.Add(builder),
        var other => throw new DistributedApplicationException($"Backing must be embedded or external (it is {other})."),
    };
}

/// <summary>The bucket: the settings that services get, and the resource to wait for when it is ours.</summary>
/// <param name="Settings">Configuration section <c>Storage</c> of the services.</param>
/// <param name="Server">The embedded S3 endpoint; null when it is external.</param>
internal sealed record StorageBacking(IReadOnlyDictionary<string, ReferenceExpression> Settings, IResourceBuilder<ProjectResource>? Server);
