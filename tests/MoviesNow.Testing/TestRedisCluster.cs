using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace MoviesNow.Testing;

/// <summary>
/// A cluster of the tests' own on the loopback: three primaries that share the slots, and for Redis a replica of each on request. Needs
/// Debian's <c>redis-server</c> (with <c>redis-cli</c>, of redis-tools).
/// </summary>
public sealed class TestRedisCluster : IAsyncDisposable
{
    private const int Primaries = 3;
    private const int Slots = 16_384;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly List<RedisNode> _nodes = [];
    private readonly string _password = RandomNumberGenerator.GetHexString(32, lowercase: true);

    private TestRedisCluster()
    {
    }

    /// <summary>The StackExchange.Redis connection string: all nodes, and the password.</summary>
    public string ConnectionString => string.Create(
        CultureInfo.InvariantCulture, $"{string.Join(',', _nodes.Select(node => $"127.0.0.1:{node.Port}"))},password={_password}");

    /// <summary>Starts an empty cluster, which serves when this returns.</summary>
    /// <param name="engine">What its nodes are.</param>
    /// <param name="withReplicas">Whether each primary has a replica; Redis only.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<TestRedisCluster> StartNewAsync(RedisEngine engine, bool withReplicas = false, CancellationToken cancellationToken = default)
    {
        var cluster = new TestRedisCluster();
        try
        {
            var count = withReplicas ? 2 * Primaries : Primaries;
            var starting = Enumerable.Range(0, count).Select(_ => RedisNode.StartAsync(engine, cluster._password, cancellationToken)).ToList();
            foreach (var node in starting)
            {
                cluster._nodes.Add(await node);
            }

            await cluster.FormAsync(engine);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The node that serves a key, by its number.</summary>
    public async Task<int> PrimaryOfAsync(string key)
    {
        var node = _nodes.First(node => node.IsRunning);
        var slot = int.Parse((await node.AskAsync("CLUSTER", "KEYSLOT", key))[0], CultureInfo.InvariantCulture);
        // <id> <ip:port@bus> <flags> <primary> <ping> <pong> <epoch> <state> <slot> <slot-slot> ...
        foreach (var fields in (await node.AskAsync("CLUSTER", "NODES")).Select(line => line.Split(' ')))
        {
            if (fields[2].Contains("master", StringComparison.Ordinal) && fields.Skip(8).Any(range => Has(range, slot)))
            {
                return _nodes.FindIndex(found => fields[1].Contains($":{found.Port}@", StringComparison.Ordinal));
            }
        }

        throw new InvalidOperationException($"Nobody serves slot {slot}.");
    }

    /// <summary>SIGKILL to a node.</summary>
    public Task KillAsync(int node) => _nodes[node].KillAsync();

    /// <summary>SIGKILL to all nodes.</summary>
    public Task KillAsync() => Task.WhenAll(_nodes.Select(node => node.KillAsync()));

    /// <summary>Starts a node again; it joins the cluster by itself.</summary>
    public Task StartAsync(int node) => _nodes[node].StartAsync();

    /// <summary>Starts all nodes that were killed, and waits until the cluster serves.</summary>
    public async Task StartAsync()
    {
        await Task.WhenAll(_nodes.Select(node => node.StartAsync()));
        await UntilServingAsync();
    }

    /// <summary>Has each running node do something, which it says OK to, such as CONFIG SET.</summary>
    public async Task TellAsync(params string[] command)
    {
        foreach (var node in _nodes.Where(node => node.IsRunning))
        {
            await node.TellAsync(command);
        }
    }

    /// <summary>Waits until replicas have all that was written so far.</summary>
    public Task UntilReplicatedAsync() => UntilAsync(async node =>
    {
        var replication = await node.AskAsync("INFO", "replication");
        if (!replication.Contains("role:master", StringComparer.Ordinal))
        {
            return true;
        }

        var written = replication.Single(line => line.StartsWith("master_repl_offset:", StringComparison.Ordinal)).Split(':')[1];
        return replication.Any(line => line.StartsWith("slave0:", StringComparison.Ordinal) && line.Contains($"offset={written},", StringComparison.Ordinal));
    });

    /// <summary>Waits until all running nodes know who serves which slot.</summary>
    public Task UntilServingAsync() => UntilAsync(async node => (await node.AskAsync("CLUSTER", "INFO")) is var info
        && info.Contains("cluster_state:ok", StringComparer.Ordinal)
        && info.Contains($"cluster_slots_ok:{Slots}", StringComparer.Ordinal));

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }
    }

    private async Task FormAsync(RedisEngine engine)
    {
        for (var i = 0; i < Primaries; i++)
        {
            await _nodes[i].TellAsync("CLUSTER", "ADDSLOTSRANGE", Text(Slots * i / Primaries), Text((Slots * (i + 1) / Primaries) - 1));
        }

        for (var i = 0; i < _nodes.Count; i++)
        {
            // No two of them may claim to be the newest.
            await _nodes[i].TellAsync("CLUSTER", "SET-CONFIG-EPOCH", Text(i + 1));
        }

        foreach (var node in _nodes.Skip(1))
        {
            string[] bus = engine is RedisEngine.Redis ? [Text(node.BusPort)] : [];
            await _nodes[0].TellAsync(["CLUSTER", "MEET", "127.0.0.1", Text(node.Port), .. bus]);
        }

        await UntilServingAsync();
        await UntilAsync(async node => (await node.AskAsync("CLUSTER", "INFO")).Contains($"cluster_known_nodes:{_nodes.Count}", StringComparer.Ordinal));
        for (var i = Primaries; i < _nodes.Count; i++)
        {
            await _nodes[i].TellAsync("CLUSTER", "REPLICATE", (await _nodes[i - Primaries].AskAsync("CLUSTER", "MYID"))[0]);
        }

        if (_nodes.Count > Primaries)
        {
            await UntilReplicatedAsync();
            // Clients learn of the replicas from whichever node they ask.
            await UntilAsync(async node =>
                (await node.AskAsync("CLUSTER", "NODES")).Count(line => line.Contains("slave", StringComparison.Ordinal)) == _nodes.Count - Primaries);
        }
    }

    private async Task UntilAsync(Func<RedisNode, Task<bool>> holds)
    {
        var begin = Stopwatch.GetTimestamp();
        foreach (var node in _nodes.Where(node => node.IsRunning))
        {
            while (!await holds(node))
            {
                if (Stopwatch.GetElapsedTime(begin) > Patience)
                {
                    throw new TimeoutException($"The cluster did not come about: {string.Join(" | ", await node.AskAsync("CLUSTER", "NODES"))}");
                }

                await Task.Delay(Pause);
            }
        }
    }

    private static bool Has(string range, int slot)
    {
        var ends = range.Split('-');
        return int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && slot >= first && slot <= int.Parse(ends[^1], CultureInfo.InvariantCulture);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
