using System.Diagnostics;
using MoviesNow.EmbeddedServers;

namespace MoviesNow.Bench.Scenarios;

/// <summary>HAProxy in front of replicas, HTTP/2 on both sides: each call goes to the next replica, whatever connection it came on.</summary>
internal sealed class HaProxy : IAsyncDisposable
{
    private static readonly string[] Places = ["/usr/sbin/haproxy", "/usr/local/sbin/haproxy"];

    private readonly ProgramProcess _process;
    private readonly TemporaryDirectory _directory;

    private HaProxy(ProgramProcess process, TemporaryDirectory directory, string address) => (_process, _directory, Address) = (process, directory, address);

    /// <summary>Where it listens.</summary>
    public string Address { get; }

    /// <summary>Processor time that it took so far.</summary>
    public TimeSpan Processor => _process.Processor;

    /// <summary>Starts one.</summary>
    /// <param name="ports">The replicas' ports on the loopback.</param>
    public static async Task<HaProxy> StartAsync(IEnumerable<int> ports)
    {
        var program = Places.FirstOrDefault(File.Exists) ?? throw new InvalidOperationException("This scenario needs HAProxy: apt-get install haproxy.");
        var (directory, port) = (new TemporaryDirectory(), FreePort.Next());
        var configuration = Path.Combine(directory.Path, "haproxy.cfg");
        await File.WriteAllTextAsync(configuration, $"""
            global
                nbthread 1
            defaults
                mode http
                http-reuse always
                timeout connect 5s
                timeout client 1m
                timeout server 1m
            frontend calls
                bind 127.0.0.1:{port} proto h2
                default_backend replicas
            backend replicas
                balance roundrobin
            {string.Concat(ports.Select(replica => $"    server replica-{replica} 127.0.0.1:{replica} proto h2\n"))}
            """);
        return new HaProxy(await ProgramProcess.StartAsync(new ProcessStartInfo(program, ["-db", "-f", configuration]), port), directory, $"http://127.0.0.1:{port}");
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _directory.Dispose();
    }
}
