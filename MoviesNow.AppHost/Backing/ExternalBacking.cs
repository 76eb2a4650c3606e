using Microsoft.Extensions.Configuration;

namespace MoviesNow.AppHost.Backing;

/// <summary>Servers that run elsewhere: connection strings and the section <c>Storage</c> come from the AppHost's configuration.</summary>
internal static class ExternalBacking
{
    private static readonly string[] RequiredConnections = ["catalogdb", "uploaddb", "telemetrydb", "redis"];
    private static readonly string[] RequiredStorage = ["Bucket", "AccessKeyId", "SecretAccessKey"];

    public static BackingServers Add(IDistributedApplicationBuilder builder)
    {
        var missing = RequiredConnections.Select(name => $"ConnectionStrings:{name}")
            .Concat(RequiredStorage.Select(name => $"Storage:{name}"))
            .Where(key => string.IsNullOrWhiteSpace(builder.Configuration[key]))
            .ToList();
        if (missing.Count > 0)
        {
            throw new DistributedApplicationException($"Backing is external, so these settings are required: {string.Join(", ", missing)}.");
        }

        var settings = builder.Configuration.GetSection("Storage").AsEnumerable(makePathsRelative: true)
            .Where(setting => setting.Value is not null)
            .ToDictionary(setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => Literal(setting.Value!), StringComparer.Ordinal);
        return new BackingServers(
            Connection("catalogdb"), Connection("uploaddb"), Connection("telemetrydb"), Connection("redis"), new StorageBacking(settings, Server: null));

        IResourceBuilder<ConnectionStringResource> Connection(string name) => builder.AddConnectionString(name, Literal(builder.Configuration.GetConnectionString(name)!));
    }

    private static ReferenceExpression Literal(string value) => ReferenceExpression.Create($"{value}");
}
