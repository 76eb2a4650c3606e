using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>Finds the endpoints of a service under <c>Services:{service}:{endpoint or scheme}</c>.</summary>
public sealed class ServiceEndpointResolver : IAsyncDisposable
{
    private const string Section = "Services";
    private readonly ConcurrentDictionary<string, StrongBox> _turns = new(StringComparer.OrdinalIgnoreCase);
    private readonly IConfiguration _configuration;
    private readonly ServiceDiscoveryOptions _options;

    internal ServiceEndpointResolver(IConfiguration configuration, IOptions<ServiceDiscoveryOptions> options)
    {
        _configuration = configuration;
        _options = options.Value;
    }

    /// <param name="serviceName">A name, or a URI with one, such as <c>https+http://basket</c>.</param>
    /// <returns>The endpoints; the name itself, to be resolved by DNS, when configuration does not know it.</returns>
    public ValueTask<ServiceEndpointSource> GetEndpointsAsync(string serviceName, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(serviceName);
        cancellationToken.ThrowIfCancellationRequested();
        if (!ServiceEndpointQuery.TryParse(serviceName, out var query))
            throw new InvalidOperationException($"The provided input '{serviceName}' could not be parsed.");
        var found = Find(query);
        if (found.Count == 0)
            found.Add(ServiceEndpoint.Create(new DnsEndPoint(query.ServiceName, query.Port ?? 0)));
        return new(new ServiceEndpointSource(found));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The endpoint whose turn it is, or null when configuration does not know the service.</summary>
    internal ServiceEndpoint? Next(ServiceEndpointQuery query)
    {
        var found = Find(query);
        if (found.Count == 0)
            return null;
        var turn = _turns.GetOrAdd(query.OriginalString, _ => new());
        return found[(int)((uint)Interlocked.Increment(ref turn.Value) % (uint)found.Count)];
    }

    private List<ServiceEndpoint> Find(ServiceEndpointQuery query)
    {
        var service = _configuration.GetSection(Section).GetSection(query.ServiceName);
        var schemes = query.IncludedSchemes.Where(s => _options.AllowAllSchemes || _options.AllowedSchemes.Contains(s, StringComparer.OrdinalIgnoreCase)).ToList();
        if (query.EndpointName is { } name)
            return Preferred(Values(service.GetSection(name)).Select(v => Parse(v, schemes.FirstOrDefault())), schemes);

        var byScheme = schemes.Select(s => Values(service.GetSection(s)).Select(v => Parse(v, s)).ToList()).FirstOrDefault(v => v.Count > 0);
        return byScheme ?? Preferred(Values(service.GetSection("default")).Select(v => Parse(v, schemes.FirstOrDefault())), schemes);
    }

    // The first scheme that has any endpoint wins; endpoints of other schemes than were asked for are no answer.
    private static List<ServiceEndpoint> Preferred(IEnumerable<ServiceEndpoint> endpoints, List<string> schemes)
    {
        var all = endpoints.ToList();
        return schemes.Count == 0
            ? all
            : schemes.Select(s => all.Where(e => string.Equals(e.Scheme, s, StringComparison.OrdinalIgnoreCase)).ToList()).FirstOrDefault(e => e.Count > 0) ?? [];
    }

    private static IEnumerable<string> Values(IConfigurationSection section) =>
        section.Value is { Length: > 0 } single ? [single] : section.GetChildren().Select(c => c.Value).OfType<string>();

    // A value without a scheme has the one under which it was found.
    private static ServiceEndpoint Parse(string value, string? scheme)
    {
        if (!value.Contains("://", StringComparison.Ordinal))
            value = $"{scheme ?? "http"}://{value}";
        if (!Uri.TryCreate(value, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
            throw new InvalidOperationException($"The endpoint '{value}' in the configuration section '{Section}' is not a valid address.");
        EndPoint endPoint = IPAddress.TryParse(uri.Host, out var address) ? new IPEndPoint(address, uri.Port) : new DnsEndPoint(uri.Host, uri.Port);
        return ServiceEndpoint.Create(endPoint, uri.Scheme);
    }

    private sealed class StrongBox
    {
        public int Value = -1;
    }
}
