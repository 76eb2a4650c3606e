using MoviesNow.AppHost.Local;
using MoviesNow.AppHost.Startup;
using MoviesNow.EmbeddedServers;
using Npgsql;

namespace MoviesNow.AppHost.Backing;

/// <summary>
/// Real servers without Docker: PostgreSQL (the machine's binaries, else a pinned npm package), Garnet as Redis, and LocalS3.
/// Their data is in the home directory.
/// </summary>
internal static class EmbeddedBacking
{
    private static readonly string[] Databases = ["catalogdb", "uploaddb", "telemetrydb"];

    public static async Task<BackingServers> AddAsync(IDistributedApplicationBuilder builder, LocalHome home, LocalSecrets secrets)
    {
        var garnetPreparation = GarnetServer.PrepareAsync(home.PathOf("garnet"), builder.AppHostDirectory, progress: ProgressOf("garnet"));
        var installation = await PostgresInstallation.LocateOrInstallAsync(home.PathOf("tools"), ProgressOf("postgres"));
        var cluster = await PostgresCluster.PrepareAsync(
            installation, home.PathOf($"postgres-{installation.Version.Major}"), Databases, progress: ProgressOf("postgres"));
        var (postgres, databases, postgresPort) = AddPostgres(builder, cluster);
        var (garnet, redis) = AddRedis(builder, await garnetPreparation);
        var storage = LocalStorage.Add(builder, home, secrets);
        return new BackingServers(databases[0], databases[1], databases[2], redis, storage)
        {
            Servers = [postgres.Resource, garnet.Resource, storage.Server!.Resource],
            WipeAsync = async (commands, notifications, cancellationToken) =>
            {
                await RecreateDatabasesAsync(cluster.ConnectionString(postgresPort, "postgres"), cancellationToken);
                await EmptyAsync(commands, notifications, garnet.Resource, home.PathOf("garnet"), keep: "garnet.conf", cancellationToken);
                await EmptyAsync(commands, notifications, storage.Server.Resource, home.PathOf("s3"), keep: null, cancellationToken);
            },
        };
    }

    private static (IResourceBuilder<ExecutableResource> Server, IResourceBuilder<IResourceWithConnectionString>[] Databases, int Port) AddPostgres(
        IDistributedApplicationBuilder builder, PostgresCluster cluster)
    {
        var port = FreePort.Next();
        var password = builder.AddParameter("postgres-password", cluster.Password, publishValueAsDefault: false, secret: true);
        var postgres = AddServer(builder, "postgres", cluster.Command(port), port).WithReadiness(ReadinessProbes.Postgres(port));
        return (postgres, [.. Databases.Select(Database)], port);

        IResourceBuilder<IResourceWithConnectionString> Database(string name) => builder
            .AddConnectionString(name, ReferenceExpression.Create($"Host=127.0.0.1;Port={port.ToString()};Username={PostgresCluster.UserName};Password={password};Database={name}"))
            .WithParentRelationship(postgres)
            .WaitFor(postgres);
    }

    private static (IResourceBuilder<ExecutableResource> Server, IResourceBuilder<IResourceWithConnectionString> Redis) AddRedis(
        IDistributedApplicationBuilder builder, GarnetServer garnet)
    {
        var port = FreePort.Next();
        var password = builder.AddParameter("redis-password", garnet.Password, publishValueAsDefault: false, secret: true);
        var server = AddServer(builder, "garnet", garnet.Command(port), port).WithReadiness(ReadinessProbes.Redis(port, garnet.Password));
        var redis = builder.AddConnectionString("redis", ReferenceExpression.Create($"127.0.0.1:{port.ToString()},password={password}"))
            .WithParentRelationship(server)
            .WaitFor(server);
        return (server, redis);
    }

    private static IResourceBuilder<ExecutableResource> AddServer(IDistributedApplicationBuilder builder, string name, ServerCommand command, int port)
    {
        var server = builder.AddExecutable(name, command.File, command.WorkingDirectory, [.. command.Arguments])
            .WithEndpoint(port: port, targetPort: port, scheme: "tcp", name: "tcp", isProxied: false);
        foreach (var (variable, value) in command.Environment)
        {
            server.WithEnvironment(variable, value);
        }

        return server;
    }

    private static async Task RecreateDatabasesAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        foreach (var name in Databases)
        {
            await using var drop = source.CreateCommand($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            await drop.ExecuteNonQueryAsync(cancellationToken);
            await using var create = source.CreateCommand($"CREATE DATABASE {name}");
            await create.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private static async Task EmptyAsync(
        ResourceCommandService commands, ResourceNotificationService notifications, IResource server, string directory, string? keep, CancellationToken cancellationToken)
    {
        await commands.StopAndWaitAsync(notifications, server, cancellationToken);
        LocalHome.Empty(directory, keep);
        await commands.ExecuteCommandAsync(server, KnownResourceCommands.StartCommand, cancellationToken);
    }

    private static Action<string> ProgressOf(string name) => line => StartupConsole.Say(name, line);
}
