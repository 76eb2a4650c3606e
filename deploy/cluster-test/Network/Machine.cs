using System.Globalization;
using MoviesNow.EmbeddedServers;
using MoviesNow.Testing;

namespace MoviesNow.ClusterTest.Network;

/// <summary>A machine of the cluster: a network namespace with one address on the bridge that joins them all.</summary>
internal sealed class Machine
{
    private const string Bridge = "cluster0";

    private Machine(string name, string address) => (Name, Address) = (name, address);

    /// <summary>Address of the bridge, where this process listens.</summary>
    public static string Here => AddressOf(1);

    public string Name { get; }

    public string Address { get; }

    /// <summary>The end of its cable that is not in its own namespace.</summary>
    private string Cable => $"v-{Name}";

    /// <summary>The address of the machine of a number.</summary>
    public static string AddressOf(int number) => string.Create(CultureInfo.InvariantCulture, $"10.77.0.{number}");

    /// <summary>Makes the bridge. This process has a network namespace of its own, which takes everything along when it goes.</summary>
    public static async Task PrepareAsync()
    {
        await IpAsync("link", "set", "lo", "up");
        await IpAsync("link", "add", Bridge, "type", "bridge");
        await IpAsync("address", "add", $"{Here}/24", "dev", Bridge);
        await IpAsync("link", "set", Bridge, "up");
    }

    /// <summary>Makes a machine.</summary>
    /// <param name="name">Its name, at most 13 characters.</param>
    /// <param name="number">The last part of its address.</param>
    public static async Task<Machine> CreateAsync(string name, int number)
    {
        var machine = new Machine(name, AddressOf(number));
        await IpAsync("netns", "add", name);
        await IpAsync("link", "add", machine.Cable, "type", "veth", "peer", "name", "eth0", "netns", name);
        await IpAsync("link", "set", machine.Cable, "master", Bridge, "up");
        await machine.IpInsideAsync("link", "set", "lo", "up");
        await machine.IpInsideAsync("address", "add", $"{machine.Address}/24", "dev", "eth0");
        await machine.IpInsideAsync("link", "set", "eth0", "up");
        return machine;
    }

    /// <summary>The command as it runs on this machine; <c>ip</c> becomes the command, so there is no process in between.</summary>
    public ServerCommand Run(ServerCommand command) =>
        command with { File = "ip", Arguments = ["netns", "exec", Name, command.File, .. command.Arguments] };

    /// <summary>Pulls its cable.</summary>
    public Task UnplugAsync() => IpAsync("link", "set", Cable, "down");

    /// <summary>Puts its cable in again.</summary>
    public Task PlugInAsync() => IpAsync("link", "set", Cable, "up");

    /// <summary>Answers another machine no more: what it sends arrives, and nothing comes back.</summary>
    public Task IgnoreAsync(Machine other) => IpInsideAsync("route", "add", "blackhole", other.Address);

    /// <summary>Answers another machine again.</summary>
    public Task HeedAsync(Machine other) => IpInsideAsync("route", "del", "blackhole", other.Address);

    /// <summary>Lets it send so many kilobits a second only, on either side of its cable, and lets packets wait for their turn.</summary>
    public async Task SlowDownAsync(int kilobits)
    {
        string[] limit = ["root", "tbf", "rate", $"{kilobits}kbit", "burst", "16kb", "latency", "2s"];
        await IpAsync(["netns", "exec", Name, "tc", "qdisc", "add", "dev", "eth0", .. limit]);
        await Tool.RunAsync("tc", "/", ["qdisc", "add", "dev", Cable, .. limit]);
    }

    /// <summary>Takes the limit away.</summary>
    public async Task SpeedUpAsync()
    {
        await IpAsync("netns", "exec", Name, "tc", "qdisc", "del", "dev", "eth0", "root");
        await Tool.RunAsync("tc", "/", "qdisc", "del", "dev", Cable, "root");
    }

    /// <summary>SIGKILL for everything that runs on it.</summary>
    public async Task KillEverythingAsync()
    {
        var (processes, _) = await Tool.RunAsync("ip", "/", "netns", "pids", Name);
        if (processes.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } ids)
        {
            // One that has ended meanwhile is what is wanted.
            await Tool.RunAsync("sh", "/", ["-c", "kill -KILL \"$@\" 2>/dev/null || true", "kill", .. ids]);
        }
    }

    private static Task<(string Output, string Errors)> IpAsync(params string[] arguments) => Tool.RunAsync("ip", "/", arguments);

    private Task<(string Output, string Errors)> IpInsideAsync(params string[] arguments) => IpAsync(["-n", Name, .. arguments]);
}
