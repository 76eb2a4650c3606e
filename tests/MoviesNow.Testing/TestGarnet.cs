using System.Globalization;
using MoviesNow.EmbeddedServers;

namespace MoviesNow.Testing;

/// <summary>
/// A real Redis-compatible server of the tests' own that can be stopped, killed and started again on its port. With the variable
/// <c>MOVIESNOW_TEST_REDIS</c> it is a cluster: <c>redis-cluster</c> or <c>garnet-cluster</c>.
/// </summary>
public sealed class TestGarnet : IAsyncDisposable
{
    // Garnet's default; each has its own keys.
    private const int Databases = 16;

    private readonly TestRedisCluster? _cluster;
    private readonly GarnetServer _server = null!;
    private readonly ServerProcess _process = null!;
    private int _databases;

    private TestGarnet(GarnetServer server, ServerProcess process, int port) => (_server, _process, Port) = (server, process, port);

    private TestGarnet(TestRedisCluster cluster) => _cluster = cluster;

    /// <summary>What the clusters are made of that tests get instead of a server; null for a server.</summary>
    public static RedisEngine? InsteadOfServer { get; } = Environment.GetEnvironmentVariable("MOVIESNOW_TEST_REDIS") switch
    {
        null or "" => null,
        "redis-cluster" => RedisEngine.Redis,
        "garnet-cluster" => RedisEngine.Garnet,
        var other => throw new InvalidOperationException($"MOVIESNOW_TEST_REDIS is '{other}': it must be redis-cluster or garnet-cluster."),
    };

    /// <summary>Its port on 127.0.0.1, the same after every start.</summary>
    public int Port { get; }

    /// <summary>The StackExchange.Redis connection string, password included.</summary>
    public string ConnectionString => _cluster?.ConnectionString ?? _server.ConnectionString(Port);

    /// <summary>Starts an empty server.</summary>
    /// <param name="persistent">Whether its data survives a stop or kill followed by a start.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<TestGarnet> StartNewAsync(bool persistent = false, CancellationToken cancellationToken = default)
    {
        if (InsteadOfServer is { } engine)
        {
            return new(await TestRedisCluster.StartNewAsync(engine, withReplicas: false, cancellationToken));
        }

        Directory.CreateDirectory(TestServerDirectory.Root);
        TestServerDirectory.RemoveLeftovers(TestServerDirectory.Root);
        var server = await GarnetServer.PrepareAsync(
            Path.Combine(TestServerDirectory.Root, TestServerDirectory.NewName("garnet")),
            TestServerDirectory.Repository,
            persistent,
            Console.WriteLine,
            cancellationToken);
        var port = FreePort.Next();
        return new(server, await server.StartAsync(port, Console.WriteLine, cancellationToken), port);
    }

    /// <summary>The connection string of the next of the sixteen databases, none of which is given twice until all were.</summary>
    public string NextDatabase() => _cluster is { } cluster ? cluster.ConnectionString
        : string.Create(CultureInfo.InvariantCulture, $"{ConnectionString},defaultDatabase={(Interlocked.Increment(ref _databases) - 1) % Databases}");

    /// <summary>Stops the server in order.</summary>
    public Task StopAsync(CancellationToken cancellationToken = default) => _cluster?.KillAsync() ?? _process.StopAsync(cancellationToken);

    /// <summary>Kills the server as a crash would.</summary>
    public Task KillAsync() => _cluster?.KillAsync() ?? _process.KillAsync();

    /// <summary>Starts the server again after a stop or kill; it answers when this returns.</summary>
    public Task StartAsync(CancellationToken cancellationToken = default) => _cluster?.StartAsync() ?? _process.StartAsync(cancellationToken);

    /// <summary>Stops the server and removes its data.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_cluster is { } cluster)
        {
            await cluster.DisposeAsync();
            return;
        }

        await _process.DisposeAsync();
        TestServerDirectory.Remove(_server.DataDirectory);
    }
}
