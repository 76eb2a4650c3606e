namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>
/// What a request's address asks for: <c>http://catalog</c>, <c>https+http://catalog</c> (schemes in order of preference) or
/// <c>http://_grpc.catalog</c> (a named endpoint).
/// </summary>
internal sealed record ServiceAddress(string ServiceName, string? EndpointName, string[] Schemes)
{
    public static ServiceAddress Parse(Uri address)
    {
        var schemes = address.Scheme.Split('+');
        var dot = address.Host.IndexOf('.', StringComparison.Ordinal);
        return address.Host.StartsWith('_') && dot > 1
            ? new ServiceAddress(address.Host[(dot + 1)..], address.Host[1..dot], schemes)
            : new ServiceAddress(address.Host, null, schemes);
    }
}
