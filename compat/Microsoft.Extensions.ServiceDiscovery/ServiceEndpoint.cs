using System.Net;

namespace Microsoft.Extensions.ServiceDiscovery;

public abstract class ServiceEndpoint
{
    public abstract EndPoint EndPoint { get; }

    public static ServiceEndpoint Create(EndPoint endPoint) => new Simple(endPoint, scheme: null);

    internal virtual string? Scheme => null;

    internal static ServiceEndpoint Create(EndPoint endPoint, string? scheme) => new Simple(endPoint, scheme);

    private sealed class Simple(EndPoint endPoint, string? scheme) : ServiceEndpoint
    {
        public override EndPoint EndPoint => endPoint;

        internal override string? Scheme => scheme;

        public override string ToString() => endPoint is DnsEndPoint { Host: var host, Port: var port } ? $"{host}:{port}" : endPoint.ToString()!;
    }
}

public sealed class ServiceEndpointSource(IReadOnlyList<ServiceEndpoint> endpoints)
{
    public IReadOnlyList<ServiceEndpoint> Endpoints { get; } = endpoints;
}
