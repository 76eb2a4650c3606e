using System.Text.Json;
using MoviesNow.ClusterTest.Network;
using MoviesNow.Testing;
using Npgsql;

namespace MoviesNow.ClusterTest.Servers;

/// <summary>PostgreSQL under Patroni: a primary and a synchronous standby, which change places.</summary>
internal sealed class PatroniCluster(ClusterSettings settings) : IAsyncDisposable
{
    public const int Port = 5432;

    private const int RestPort = 8008;
    private const string Bin = "/usr/lib/postgresql/15/bin";
    private const string User = "postgres";
    private const string DiskBytes = "1500m";

    private static readonly string[] Databases = ["catalogdb", "uploaddb", "telemetrydb"];
    private static readonly TimeSpan MaxStart = TimeSpan.FromSeconds(90);

    private readonly List<Node> _nodes = [];
    private Node? _balancer;

    public IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>What services connect to.</summary>
    public string Hosts => settings.Database is "direct" ? string.Join(',', _nodes.Select(node => node.Address)) : _balancer!.Address;

    /// <summary>Machines through which services reach the database.</summary>
    public IEnumerable<Machine> Machines => _nodes.Select(node => node.Machine).Concat(_balancer is null ? [] : [_balancer.Machine]);

    public async Task StartAsync(IReadOnlyList<Node> etcd)
    {
        for (var i = 0; i < 2; i++)
        {
            var machine = await Machine.CreateAsync($"pg{i + 1}", 21 + i);
            _nodes.Add(await StartNodeAsync(machine, etcd));
            // The first initialises the cluster, the second copies it.
            await Probes.UntilAsync($"{machine.Name} answers", MaxStart, async () => await Probes.StatusAsync($"http://{machine.Address}:{RestPort}/health") is 200);
        }

        await UntilSynchronousAsync(MaxStart);
        if (settings.Database is "balanced")
        {
            _balancer = await StartBalancerAsync();
        }

        await using var admin = new NpgsqlConnection($"Host={(await PrimaryAsync()).Address};Username={User};Password={settings.Password};Database=postgres;Pooling=false");
        await admin.OpenAsync();
        foreach (var database in Databases)
        {
            await using var create = new NpgsqlCommand($"CREATE DATABASE {database}", admin);
            await create.ExecuteNonQueryAsync();
        }
    }

    /// <summary>The connection string of a database.</summary>
    public string ConnectionString(string database) =>
        $"Host={Hosts};Port={Port};Database={database};Username={User};Password={settings.Password};Maximum Pool Size=15;Timeout=3"
        + (settings.Database is "direct" ? ";Target Session Attributes=primary;Host Recheck Seconds=2" : "");

    /// <summary>The node that Patroni calls leader; null when there is none.</summary>
    public Task<Node?> FindPrimaryAsync() => FindAsync("leader");

    /// <summary>The node that Patroni calls leader.</summary>
    public async Task<Node> PrimaryAsync() => await FindPrimaryAsync() ?? throw new InvalidOperationException("There is no primary.");

    /// <summary>The node that Patroni calls synchronous standby.</summary>
    public async Task<Node> StandbyAsync() => await FindAsync("sync_standby") ?? throw new InvalidOperationException("There is no synchronous standby.");

    /// <summary>Waits until there is a primary with a synchronous standby.</summary>
    public Task UntilSynchronousAsync(TimeSpan limit) =>
        Probes.UntilAsync("PostgreSQL has a synchronous standby", limit, async () => await FindAsync("leader") is not null && await FindAsync("sync_standby") is not null);

    /// <summary>Has the standby become the primary, in order.</summary>
    public async Task SwitchOverAsync()
    {
        var (from, to) = (await PrimaryAsync(), await StandbyAsync());
        using var http = new HttpClient();
        using var request = new StringContent(JsonSerializer.Serialize(new { leader = from.Name, candidate = to.Name }));
        using var answer = await http.PostAsync(new Uri($"http://{from.Address}:{RestPort}/switchover"), request);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"Patroni refused the switchover: {await answer.Content.ReadAsStringAsync()}");
        }
    }

    /// <summary>Fills a node's disk to the last byte.</summary>
    public async Task FillDiskAsync(Node node) => await Tool.RunAsync("sh", "/", "-c", "cat /dev/zero > \"$1\" 2>/dev/null || true", "fill", BallastOf(node));

    /// <summary>Makes room again.</summary>
    public void EmptyDisk(Node node) => File.Delete(BallastOf(node));

    public async ValueTask DisposeAsync()
    {
        if (_balancer is not null)
        {
            await _balancer.DisposeAsync();
        }

        foreach (var node in _nodes)
        {
            await node.Machine.KillEverythingAsync();
            await node.DisposeAsync();
        }
    }

    private string BallastOf(Node node) => Path.Combine(settings.Folder, node.Name, "ballast");

    private async Task<Node?> FindAsync(string role)
    {
        foreach (var node in _nodes)
        {
            using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
            try
            {
                using var cluster = JsonDocument.Parse(await http.GetStringAsync(new Uri($"http://{node.Address}:{RestPort}/cluster")));
                var member = cluster.RootElement.GetProperty("members").EnumerateArray().FirstOrDefault(member =>
                    member.GetProperty("role").GetString() == role && member.GetProperty("state").GetString() is "running" or "streaming");
                if (member.ValueKind is JsonValueKind.Object)
                {
                    return _nodes.Single(found => found.Name == member.GetProperty("name").GetString());
                }
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                // It is away: the other one knows.
            }
        }

        return null;
    }

    private async Task<Node> StartNodeAsync(Machine machine, IReadOnlyList<Node> etcd)
    {
        var folder = settings.FolderOf(machine.Name);
        // A disk of its own, which can be full.
        await Tool.RunAsync("mount", "/", "-t", "tmpfs", "-o", $"size={DiskBytes}", "tmpfs", folder);
        var file = Path.Combine(folder, "patroni.yml");
        await File.WriteAllTextAsync(file, Configuration(machine, etcd, folder));
        await Commands.OwnAsync(User, folder);
        var command = Commands.Of("/usr/bin/patroni", file).As(User).Into(settings.LogOf(machine.Name)) with { WorkingDirectory = folder };
        return await Node.StartAsync(machine, command, Probes.Port(machine.Address, RestPort));
    }

    private string Configuration(Machine machine, IReadOnlyList<Node> etcd, string folder) => $$"""
        scope: moviesnow
        name: {{machine.Name}}
        restapi:
          listen: {{machine.Address}}:{{RestPort}}
          connect_address: {{machine.Address}}:{{RestPort}}
        etcd3:
          hosts: [{{string.Join(", ", etcd.Select(node => $"'{node.Address}:{Etcd.Port}'"))}}]
        bootstrap:
          dcs:
            ttl: 15
            loop_wait: 2
            retry_timeout: 5
            # A primary that crashes is replaced at once.
            master_start_timeout: 0
            maximum_lag_on_failover: 1048576
            synchronous_mode: true
            postgresql:
              use_pg_rewind: true
              parameters:
                max_connections: 250
                shared_buffers: 128MB
                max_wal_size: 256MB
                wal_keep_size: 128MB
                wal_log_hints: 'on'
                wal_sender_timeout: 10s
                wal_receiver_timeout: 10s
                tcp_keepalives_idle: 5
                tcp_keepalives_interval: 2
                tcp_keepalives_count: 3
                tcp_user_timeout: 10s
                idle_in_transaction_session_timeout: 30s
          initdb: [{encoding: UTF8}, {locale: C.UTF-8}, data-checksums]
        postgresql:
          listen: {{machine.Address}}:{{Port}}
          connect_address: {{machine.Address}}:{{Port}}
          data_dir: {{folder}}/data
          bin_dir: {{Bin}}
          pgpass: {{folder}}/pgpass
          parameters:
            unix_socket_directories: {{folder}}
          pg_hba:
            - local all all trust
            - host replication all 10.77.0.0/24 scram-sha-256
            - host all all 10.77.0.0/24 scram-sha-256
          authentication:
            superuser: {username: {{User}}, password: {{settings.Password}}}
            replication: {username: replicator, password: {{settings.Password}}}
            rewind: {username: rewinder, password: {{settings.Password}}}
        """;

    // As Patroni's documentation has it: health checks know the primary, and whoever is no longer one loses its connections.
    private async Task<Node> StartBalancerAsync()
    {
        var machine = await Machine.CreateAsync("pglb", 20);
        var file = Path.Combine(settings.FolderOf(machine.Name), "haproxy.cfg");
        await File.WriteAllTextAsync(file, $"""
            global
                nbthread 1
                maxconn 2000
            defaults
                mode tcp
                timeout connect 2s
                timeout client 30m
                timeout server 30m
                timeout check 2s
            listen primary
                bind {machine.Address}:{Port}
                option httpchk OPTIONS /primary
                http-check expect status 200
                default-server inter 1s fall 2 rise 1 on-marked-down shutdown-sessions
            {string.Concat(_nodes.Select(node => $"    server {node.Name} {node.Address}:{Port} check port {RestPort}\n"))}
            """);
        return await Node.StartAsync(machine, Commands.Of("haproxy", "-db", "-f", file), Probes.Port(machine.Address, Port));
    }
}
