using System.Diagnostics.CodeAnalysis;

namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>
/// What a URI asks for: <c>https+http://_dashboard.basket</c> is the endpoint named dashboard of the service basket,
/// over HTTPS if it has that and else over HTTP.
/// </summary>
public sealed class ServiceEndpointQuery
{
    private ServiceEndpointQuery(string originalString, IReadOnlyList<string> includedSchemes, string serviceName, string? endpointName, int? port)
    {
        OriginalString = originalString;
        IncludedSchemes = includedSchemes;
        ServiceName = serviceName;
        EndpointName = endpointName;
        Port = port;
    }

    /// <summary>In order of preference; empty when any will do.</summary>
    public IReadOnlyList<string> IncludedSchemes { get; }

    public string ServiceName { get; }

    public string? EndpointName { get; }

    internal string OriginalString { get; }

    internal int? Port { get; }

    public static bool TryParse(string input, [NotNullWhen(true)] out ServiceEndpointQuery? query)
    {
        query = null;
        if (string.IsNullOrEmpty(input))
            return false;

        var separator = input.IndexOf("://", StringComparison.Ordinal);
        var schemes = separator < 0 ? [] : input[..separator].Split('+', StringSplitOptions.RemoveEmptyEntries);
        if (!Uri.TryCreate($"fake://{input[(separator < 0 ? 0 : separator + 3)..]}", UriKind.Absolute, out var uri) || uri.Host.Length == 0)
            return false;

        var dot = uri.Host.IndexOf('.', StringComparison.Ordinal);
        var isNamed = uri.Host[0] == '_' && dot > 1 && dot < uri.Host.Length - 1;
        query = new(
            input, schemes, isNamed ? uri.Host[(dot + 1)..] : uri.Host, isNamed ? uri.Host[1..dot] : null, uri.Port >= 0 ? uri.Port : null);
        return true;
    }

    public override string ToString() => OriginalString;
}
