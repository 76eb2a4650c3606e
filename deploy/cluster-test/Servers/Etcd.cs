using MoviesNow.ClusterTest.Network;

namespace MoviesNow.ClusterTest.Servers;

/// <summary>Three etcd, where Patroni keeps who is the primary.</summary>
internal static class Etcd
{
    public const int Port = 2379;

    private const int PeerPort = 2380;
    private const int Count = 3;
    private const int FirstAddress = 11;

    public static async Task<Node[]> StartAsync(ClusterSettings settings)
    {
        var machines = new Machine[Count];
        for (var i = 0; i < Count; i++)
        {
            machines[i] = await Machine.CreateAsync($"etcd{i + 1}", FirstAddress + i);
        }

        var members = string.Join(',', machines.Select(machine => $"{machine.Name}=http://{machine.Address}:{PeerPort}"));
        return await Task.WhenAll(machines.Select(machine => Node.StartAsync(
            machine,
            Commands.Of(
                "etcd",
                "--name", machine.Name, "--data-dir", settings.FolderOf(machine.Name), "--logger", "zap", "--log-level", "error",
                "--listen-client-urls", $"http://{machine.Address}:{Port}", "--advertise-client-urls", $"http://{machine.Address}:{Port}",
                "--listen-peer-urls", $"http://{machine.Address}:{PeerPort}", "--initial-advertise-peer-urls", $"http://{machine.Address}:{PeerPort}",
                "--initial-cluster", members, "--initial-cluster-state", "new",
                // Two cores that everything shares: an election at every hiccup would be the machine's fault, not the cluster's.
                "--heartbeat-interval", "250", "--election-timeout", "2500"),
            Probes.Page($"http://{machine.Address}:{Port}/health"))));
    }
}
