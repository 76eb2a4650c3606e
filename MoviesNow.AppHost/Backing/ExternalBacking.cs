using Microsoft.Extensions.Configuration;
using MoviesNow.AppHost.Startup;

namespace MoviesNow.AppHost.Backing;

/// <summary>Servers that run elsewhere: connection strings and the section <c>Storage</c> come from the AppHost's configuration.</summary>
internal static class ExternalBacking
{
    private static readonly (string Key, string Example)[] Required =
    [
        ("ConnectionStrings:catalogdb", "Host=db.example;Database=catalogdb;Username=catalog;Password=…"),
        ("ConnectionStrings:uploaddb", "Host=db.example;Database=uploaddb;Username=upload;Password=…"),
        ("ConnectionStrings:telemetrydb", "Host=db.example;Database=telemetrydb;Username=telemetry;Password=…"),
        ("ConnectionStrings:redis", "redis.example:6379,password=…,ssl=true"),
        ("Storage:Bucket", "moviesnow-media"),
        ("Storage:AccessKeyId", "AKIA…"),
        ("Storage:SecretAccessKey", "…"),
    ];

    public static BackingServers Add(IDistributedApplicationBuilder builder)
    {
        var missing = Required.Where(setting => string.IsNullOrWhiteSpace(builder.Configuration[setting.Key]))
            .Select(setting => $"\n  {setting.Key}, for example {setting.Example}")
            .ToList();
        if (missing.Count > 0)
        {
            throw new StartException($"Backing is external, so these settings are required:{string.Concat(missing)}");
        }

        var settings = builder.Configuration.GetSection("Storage").AsEnumerable(makePathsRelative: true)
            .Where(setting => setting.Value is not null)
            .ToDictionary(setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), Setting, StringComparer.Ordinal);
        return new BackingServers(
            Connection("catalogdb"), Connection("uploaddb"), Connection("telemetrydb"), Connection("redis"), new StorageBacking(settings, Server: null));

        // Aspire takes it from the configuration, and masks it.
        IResourceBuilder<IResourceWithConnectionString> Connection(string name) => builder.AddConnectionString(name);

        ReferenceExpression Setting(KeyValuePair<string, string?> setting) => setting.Key is "SecretAccessKey"
            ? ReferenceExpression.Create($"{builder.AddParameter("storage-secret-access-key", setting.Value!, publishValueAsDefault: false, secret: true)}")
            : ReferenceExpression.Create($"{setting.Value}");
    }
}
