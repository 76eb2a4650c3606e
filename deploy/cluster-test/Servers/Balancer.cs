using System.Globalization;
using System.Text;
using MoviesNow.ClusterTest.Network;

namespace MoviesNow.ClusterTest.Servers;

/// <summary>
/// HAProxy in front of the services: gRPC over HTTP/2 on both sides, pages over HTTP/1.1. Only replicas that say that they are ready get calls. A call is given to another
/// replica when the connection could not be made, and never when it may have been heard.
/// </summary>
internal sealed class Balancer : IAsyncDisposable
{
    private const int Address = 2;

    private Node? _node;

    private Balancer(Machine machine) => Machine = machine;

    public Machine Machine { get; }

    public static async Task<Balancer> CreateAsync() => new(await Machine.CreateAsync("balancer", Address));

    /// <summary>Where a service's gRPC is.</summary>
    public string AddressOf(Service service) => $"http://{Machine.Address}:{service.Port}";

    /// <summary>Where its pages are, such as playlists.</summary>
    public string PagesOf(Service service) => $"http://{Machine.Address}:{service.Port + 1}/";

    public async Task StartAsync(ClusterSettings settings)
    {
        var text = new StringBuilder("""
            global
                nbthread 1
                maxconn 4000
            defaults
                mode http
                http-reuse always
                option forwardfor
                option redispatch 1
                retries 3
                retry-on conn-failure
                timeout connect 1s
                timeout check 2s
                timeout client 10m
                timeout server 10m
                timeout http-request 30s

            """);
        foreach (var service in Service.All)
        {
            Listen(text, service, service.Key, service.Port, "proto h2");
            Listen(text, service, $"{service.Key}-pages", service.Port + 1, "proto h1");
        }

        var file = Path.Combine(settings.FolderOf(Machine.Name), "haproxy.cfg");
        await File.WriteAllTextAsync(file, text.ToString());
        _node = await Node.StartAsync(Machine, Commands.Of("haproxy", "-db", "-f", file), Probes.Port(Machine.Address, Service.Catalog.Port));
    }

    private void Listen(StringBuilder text, Service service, string name, int port, string protocol)
    {
        text.Append(CultureInfo.InvariantCulture, $"""
            listen {name}
                bind {Machine.Address}:{port} {protocol}
                balance leastconn
                option httpchk
                http-check connect proto h1
                http-check send meth GET uri /health/ready
                http-check expect status 200
                default-server {protocol} check port {service.Port + 1} inter 1s fall 2 rise 1

            """);
        for (var i = 0; i < Replicas.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"    server {service.Key}{i + 1} {Machine.AddressOf(service.FirstAddress + i)}:{port}\n");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }
    }
}
