using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Execution.Networking;

/// <summary>The proxies in front of a resource, for those of its endpoints that need one.</summary>
internal sealed class ResourceProxies(IResource resource)
{
    private readonly List<TcpProxy> _proxies = [];

    /// <exception cref="DistributedApplicationException">A port is taken.</exception>
    public void Start()
    {
        if (_proxies.Count > 0)
            return;
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>().Where(EndpointAllocator.NeedsProxy))
        {
            var port = endpoint.AllocatedEndpoint!.Port;
            var proxy = new TcpProxy(port, endpoint.Targets);
            _proxies.Add(proxy);
            try
            {
                proxy.Start();
            }
            catch (SocketException e)
            {
                throw new DistributedApplicationException(Taken(endpoint, port), e);
            }
        }
    }

    public async Task StopAsync()
    {
        foreach (var proxy in _proxies)
            await proxy.DisposeAsync();
        _proxies.Clear();
    }

    public static string Taken(EndpointAnnotation endpoint, int port) =>
        $"port {port} of its endpoint '{endpoint.Name}' is taken by another process: stop that, or give the endpoint another port";
}
