using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json.Nodes;
using MoviesNow.EmbeddedServers;

namespace MoviesNow.Testing;

/// <summary>One process of a cluster, which may be killed and started again on its ports.</summary>
internal sealed class RedisNode : IAsyncDisposable
{
    private readonly ServerProcess _process;
    private readonly string _directory;
    private readonly string _password;

    private RedisNode(ServerProcess process, string directory, string password, int port, int busPort) =>
        (_process, _directory, _password, Port, BusPort) = (process, directory, password, port, busPort);

    public int Port { get; }

    /// <summary>Where the other nodes reach it.</summary>
    public int BusPort { get; }

    public bool IsRunning => _process.IsRunning;

    public static async Task<RedisNode> StartAsync(RedisEngine engine, string password, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(TestServerDirectory.Root);
        TestServerDirectory.RemoveLeftovers(TestServerDirectory.Root);
        var directory = Path.Combine(TestServerDirectory.Root, TestServerDirectory.NewName("redis"));
        Directory.CreateDirectory(directory);
        var port = FreePort.Next();
        // Garnet's nodes talk to each other where clients do.
        var busPort = engine is RedisEngine.Garnet ? port : FreePort.Next();
        var command = engine is RedisEngine.Garnet
            ? await GarnetAsync(directory, password, port, cancellationToken)
            : await RedisAsync(directory, password, port, busPort, cancellationToken);
        var process = await ServerProcess.StartAsync(
            $"{engine} node", command, ReadinessProbes.Redis(port, password), progress: null, timeout: null, cancellationToken);
        return new RedisNode(process, directory, password, port, busPort);
    }

    /// <summary>What the node answers to one command, as lines.</summary>
    public async Task<string[]> AskAsync(params string[] command)
    {
        var arguments = new[] { "-h", "127.0.0.1", "-p", Text(Port), "-a", _password, "--no-auth-warning" };
        var (output, _) = await Tool.RunAsync("redis-cli", _directory, [.. arguments, .. command]);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    /// <summary>Has the node do something, which it says OK to.</summary>
    public async Task TellAsync(params string[] command)
    {
        var answer = await AskAsync(command);
        if (answer is not ["OK"])
        {
            throw new InvalidOperationException($"{string.Join(' ', command)}: {string.Join(' ', answer)}");
        }
    }

    public Task KillAsync() => _process.KillAsync();

    public Task StartAsync(CancellationToken cancellationToken = default) => _process.StartAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        // Nothing of it is needed any more.
        await _process.KillAsync();
        await _process.DisposeAsync();
        TestServerDirectory.Remove(_directory);
    }

    private static async Task<ServerCommand> RedisAsync(string directory, string password, int port, int busPort, CancellationToken cancellationToken)
    {
        // In a file, for a command line is no place for passwords.
        var file = Path.Combine(directory, "redis.conf");
        await File.WriteAllTextAsync(file, $"""
            bind 127.0.0.1
            port {port}
            cluster-port {busPort}
            dir {directory}
            requirepass {password}
            masterauth {password}
            cluster-enabled yes
            cluster-config-file nodes.conf
            cluster-node-timeout 2000
            cluster-replica-validity-factor 0
            repl-diskless-sync-delay 0
            repl-ping-replica-period 1
            appendonly yes
            save ""
            maxmemory-policy noeviction

            """, cancellationToken);
        return new ServerCommand("redis-server", [file], FrozenDictionary<string, string>.Empty, directory);
    }

    private static async Task<ServerCommand> GarnetAsync(string directory, string password, int port, CancellationToken cancellationToken)
    {
        var file = Path.Combine(directory, "garnet.conf");
        // All nodes have one password: the server takes up what it finds.
        await File.WriteAllTextAsync(file, new JsonObject { ["Password"] = password }.ToJsonString(), cancellationToken);
        var garnet = await GarnetServer.PrepareAsync(
            directory, TestServerDirectory.Repository, persistent: false, progress: null, cancellationToken);
        var settings = JsonNode.Parse(await File.ReadAllTextAsync(file, cancellationToken))!;
        (settings["EnableCluster"], settings["ClusterUsername"], settings["ClusterPassword"]) = (true, "default", password);
        (settings["CheckpointDir"], settings["DeviceType"], settings["LogMemorySize"]) = (directory, "RandomAccess", "64m");
        await File.WriteAllTextAsync(file, settings.ToJsonString(), cancellationToken);
        return garnet.Command(port);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
