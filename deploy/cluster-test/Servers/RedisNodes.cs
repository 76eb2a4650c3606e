using MoviesNow.ClusterTest.Network;
using MoviesNow.EmbeddedServers;
using MoviesNow.Testing;

namespace MoviesNow.ClusterTest.Servers;

/// <summary>A Redis cluster of three masters with a replica each, by Redis or Garnet.</summary>
internal sealed class RedisNodes(ClusterSettings settings) : IAsyncDisposable
{
    private const int Port = 6379;
    private const int Count = 6;
    private const int FirstAddress = 31;
    private const string NodeTimeoutMs = "3000";

    private static readonly TimeSpan MaxReturn = TimeSpan.FromSeconds(30);

    private readonly List<Node> _nodes = [];
    private string? _successor;

    public string ConnectionString => $"{string.Join(',', _nodes.Select(node => $"{node.Address}:{Port}"))},password={settings.Password}";

    public async Task StartAsync()
    {
        var machines = new Machine[Count];
        for (var i = 0; i < Count; i++)
        {
            machines[i] = await Machine.CreateAsync($"redis{i + 1}", FirstAddress + i);
        }

        _nodes.AddRange(await Task.WhenAll(machines.Select(async machine =>
            await Node.StartAsync(machine, await CommandAsync(machine), Probes.Port(machine.Address, Port)))));
        await CliAsync(_nodes[0], [
            "--cluster", "create", .. _nodes.Select(node => $"{node.Address}:{Port}"), "--cluster-replicas", "1", "--cluster-yes"]);
        await UntilWholeAsync(TimeSpan.FromSeconds(60));
    }

    /// <summary>Waits until every slot is served, and every master has its replica.</summary>
    public Task UntilWholeAsync(TimeSpan limit) => Probes.UntilAsync("Redis is whole", limit, async () =>
    {
        var lines = await NodeLinesAsync();
        return lines.Length == Count
            && lines.All(line => line[2].Contains("fail", StringComparison.Ordinal) is false && line[7] is "connected")
            && lines.Count(IsMaster) == Count / 2
            && lines.Where(line => IsMaster(line)).All(line => line.Length > 8);
    });

    /// <summary>A master with slots.</summary>
    public async Task<Node> MasterAsync()
    {
        var master = (await NodeLinesAsync()).First(line => IsMaster(line) && line.Length > 8);
        return _nodes.Single(node => IsOf(master, node));
    }

    /// <summary>
    /// Has the replica of a master that was killed take its place. Redis does it by itself; Garnet leaves it to whoever operates it, and waits to be told.
    /// </summary>
    public async Task FailOverAsync(Node master)
    {
        if (settings.Redis is not "garnet")
        {
            return;
        }

        var lines = await NodeLinesAsync();
        var id = lines.First(line => IsOf(line, master))[0];
        var replica = lines.First(line => line[3] == id);
        await CliAsync(_nodes.Single(node => IsOf(replica, node)), ["cluster", "failover", "takeover"]);
        _successor = replica[0];
    }

    /// <summary>Starts a master that was killed again, as the replica of the one that took its place.</summary>
    public async Task ReturnAsync(Node master)
    {
        await master.StartAgainAsync();
        if (_successor is { } successor)
        {
            // Refused until it has heard that its slots are another's.
            await Probes.UntilAsync(
                $"{master.Name} is a replica", MaxReturn, async () => (await CliAsync(master, ["cluster", "replicate", successor])).StartsWith("OK", StringComparison.Ordinal));
            _successor = null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }
    }

    private static bool IsOf(string[] line, Node node) => line[1].StartsWith($"{node.Address}:", StringComparison.Ordinal);

    private static bool IsMaster(string[] line) => line[2].Contains("master", StringComparison.Ordinal);

    // id, address, flags, master, ping, pong, epoch, state, slots…
    private async Task<string[][]> NodeLinesAsync()
    {
        foreach (var node in _nodes.Where(node => node.IsRunning))
        {
            try
            {
                var text = await CliAsync(node, ["cluster", "nodes"]);
                return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim().Split(' ')).Where(line => line.Length > 7)];
            }
            catch (InvalidOperationException)
            {
                // It has just been killed: another one knows.
            }
        }

        return [];
    }

    private async Task<string> CliAsync(Node node, string[] arguments) =>
        (await Tool.RunAsync("redis-cli", "/", ["-h", node.Address, "-p", $"{Port}", "-a", settings.Password, "--no-auth-warning", .. arguments])).Output;

    private async Task<ServerCommand> CommandAsync(Machine machine)
    {
        var folder = settings.FolderOf(machine.Name);
        if (settings.Redis is "garnet")
        {
            return await GarnetNode.CommandAsync(settings, machine.Address, Port, folder);
        }

        var file = Path.Combine(folder, "redis.conf");
        await File.WriteAllTextAsync(file, $"""
            bind {machine.Address}
            port {Port}
            dir {folder}
            daemonize no
            cluster-enabled yes
            cluster-config-file nodes.conf
            cluster-node-timeout {NodeTimeoutMs}
            appendonly yes
            appendfsync everysec
            save ""
            maxmemory 256mb
            maxmemory-policy noeviction
            requirepass {settings.Password}
            masterauth {settings.Password}
            """);
        return Commands.Of("redis-server", file);
    }
}
