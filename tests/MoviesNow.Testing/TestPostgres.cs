using System.Globalization;
using MoviesNow.EmbeddedServers;
using Npgsql;

namespace MoviesNow.Testing;

/// <summary>A real PostgreSQL of the tests' own, without fsync, that can be stopped, killed and started again on its port.</summary>
public sealed class TestPostgres : IAsyncDisposable
{
    private readonly PostgresCluster _cluster;
    private readonly ServerProcess _process;
    private int _databases;

    private TestPostgres(PostgresCluster cluster, ServerProcess process, int port) =>
        (_cluster, _process, Port) = (cluster, process, port);

    /// <summary>Its port on 127.0.0.1, the same after every start.</summary>
    public int Port { get; }

    /// <summary>Starts a server on a fresh copy of an initialised cluster, which is made once per PostgreSQL version.</summary>
    public static async Task<TestPostgres> StartNewAsync(CancellationToken cancellationToken = default)
    {
        var installation = await PostgresInstallation.LocateOrInstallAsync(
            Path.Combine(TestServerDirectory.Repository, ".moviesnow", "tools"), Console.WriteLine, cancellationToken);
        var template = await PostgresCluster.PrepareAsync(
            installation,
            Path.Combine(TestServerDirectory.Root, $"postgres-{installation.Version}"),
            databases: [],
            durable: false,
            Console.WriteLine,
            cancellationToken);
        TestServerDirectory.RemoveLeftovers(Path.GetDirectoryName(template.DataDirectory)!);
        var cluster = await template.CopyAsync(TestServerDirectory.NewName("postgres"), cancellationToken);
        var port = FreePort.Next();
        return new(cluster, await cluster.StartAsync(port, Console.WriteLine, cancellationToken), port);
    }

    /// <summary>The Npgsql connection string of a database of this server.</summary>
    public string ConnectionString(string database) => $"{_cluster.ConnectionString(Port, database)};Maximum Pool Size=20";

    /// <summary>Creates an empty database and returns its connection string.</summary>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken = default)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test{Interlocked.Increment(ref _databases)}");
        await using var connection = new NpgsqlConnection($"{_cluster.ConnectionString(Port, "postgres")};Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
        return ConnectionString(name);
    }

    /// <summary>Stops the server in order; its clients are disconnected.</summary>
    public Task StopAsync(CancellationToken cancellationToken = default) => _process.StopAsync(cancellationToken);

    /// <summary>Kills the server as a crash would.</summary>
    public Task KillAsync() => _process.KillAsync();

    /// <summary>Starts the server again after a stop or kill; it answers when this returns.</summary>
    public Task StartAsync(CancellationToken cancellationToken = default) => _process.StartAsync(cancellationToken);

    /// <summary>Stops the server and removes its data.</summary>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        TestServerDirectory.Remove(_cluster.DataDirectory);
    }
}
