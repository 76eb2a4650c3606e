using Microsoft.Extensions.DependencyInjection;
using MoviesNow.EmbeddedServers;

namespace MoviesNow.AppHost.Backing;

/// <summary>
/// Real servers without Docker: PostgreSQL (the machine's binaries, else a pinned npm package), Garnet as Redis, and our own S3
/// endpoint. Their data is in the home directory.
/// </summary>
internal static class EmbeddedBacking
{
    private const string Bucket = "moviesnow-media";
    private static readonly string[] Databases = ["catalogdb", "uploaddb", "telemetrydb"];

    public static async Task<BackingServers> AddAsync(IDistributedApplicationBuilder builder, LocalHome home)
    {
        var progress = ProgressOf("backing");
        try
        {
            var installation = await PostgresInstallation.LocateOrInstallAsync(home.PathOf("tools"), progress);
            var cluster = await PostgresCluster.PrepareAsync(installation, home.PathOf($"postgres-{installation.Version.Major}"), Databases, progress: progress);
            var garnet = await GarnetServer.PrepareAsync(home.PathOf("garnet"), builder.AppHostDirectory, progress: progress);
            var (catalogDb, uploadDb, telemetryDb) = AddPostgres(builder, cluster);
            return new BackingServers(catalogDb, uploadDb, telemetryDb, AddRedis(builder, garnet), AddStorage(builder, home));
        }
        catch (EmbeddedServerException exception)
        {
            throw new DistributedApplicationException(exception.Message, exception);
        }
    }

    /// <summary>Removes everything in the home directory but one file.</summary>
    public static void Wipe(string home, string keep)
    {
        foreach (var entry in new DirectoryInfo(home).EnumerateFileSystemInfos().Where(entry => !string.Equals(entry.FullName, keep, StringComparison.Ordinal)))
        {
            // Where the server's account cannot reach the checkout, the data is elsewhere and a link leads to it.
            if (entry is DirectoryInfo directory)
            {
                (directory.ResolveLinkTarget(returnFinalTarget: true) as DirectoryInfo)?.Delete(recursive: true);
                directory.Delete(recursive: directory.LinkTarget is null);
            }
            else
            {
                entry.Delete();
            }
        }
    }

    private static (IResourceBuilder<ConnectionStringResource> Catalog, IResourceBuilder<ConnectionStringResource> Upload, IResourceBuilder<ConnectionStringResource> Telemetry)
        AddPostgres(IDistributedApplicationBuilder builder, PostgresCluster cluster)
    {
        var port = FreePort.Next();
        builder.Services.AddHealthChecks().AddCheck("postgres", new PostgresHealthCheck(cluster.ConnectionString(port, "postgres")));
        var postgres = AddServer(builder, "postgres", cluster.Command(port), port);
        return (Database("catalogdb"), Database("uploaddb"), Database("telemetrydb"));

        IResourceBuilder<ConnectionStringResource> Database(string name) =>
            builder.AddConnectionString(name, ReferenceExpression.Create($"{cluster.ConnectionString(port, name)}")).WaitFor(postgres);
    }

    private static IResourceBuilder<ConnectionStringResource> AddRedis(IDistributedApplicationBuilder builder, GarnetServer garnet)
    {
        var port = FreePort.Next();
        builder.Services.AddHealthChecks().AddCheck("garnet", new RedisHealthCheck(garnet.ConnectionString(port)));
        var server = AddServer(builder, "garnet", garnet.Command(port), port);
        return builder.AddConnectionString("redis", ReferenceExpression.Create($"{garnet.ConnectionString(port)}")).WaitFor(server);
    }

    private static IResourceBuilder<ExecutableResource> AddServer(IDistributedApplicationBuilder builder, string name, ServerCommand command, int port)
    {
        var server = builder.AddExecutable(name, command.File, command.WorkingDirectory, [.. command.Arguments])
            .WithEndpoint(port: port, targetPort: port, scheme: "tcp", name: "tcp", isProxied: false)
            .WithHealthCheck(name);
        foreach (var (variable, value) in command.Environment)
        {
            server.WithEnvironment(variable, value);
        }

        return server;
    }

    private static StorageBacking AddStorage(IDistributedApplicationBuilder builder, LocalHome home)
    {
        var secrets = LocalSecrets.LoadOrCreate(home);
        var server = builder.AddProject<Projects.MoviesNow_LocalS3>("s3")
            .WithPreferredPorts()
            .WithEnvironment("LocalS3__DataDirectory", home.PathOf("s3"))
            .WithEnvironment("LocalS3__AccessKey", secrets.StorageAccessKey)
            .WithEnvironment("LocalS3__SecretKey", secrets.StorageSecretKey)
            .WithEnvironment("LocalS3__Buckets__0", Bucket)
            .WithEnvironment("LocalS3__CorsOrigins__0", "*")
            .WithHttpHealthCheck("/_health");
        return new StorageBacking(
            new Dictionary<string, ReferenceExpression>(StringComparer.Ordinal)
            {
                ["Backend"] = ReferenceExpression.Create($"LocalS3"),
                ["ServiceUrl"] = ReferenceExpression.Create($"{server.GetEndpoint("http")}"),
                ["Bucket"] = ReferenceExpression.Create($"{Bucket}"),
                ["AccessKeyId"] = ReferenceExpression.Create($"{secrets.StorageAccessKey}"),
                ["SecretAccessKey"] = ReferenceExpression.Create($"{secrets.StorageSecretKey}"),
            },
            server);
    }

    private static Action<string> ProgressOf(string name) => line => Console.WriteLine($"  {name,-20} {line}");
}
