using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Configuration;

namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>Looks services up in the configuration section <c>services</c>; several addresses take turns.</summary>
internal sealed class ConfigurationEndpointResolver(IConfiguration configuration)
{
    private readonly ConcurrentDictionary<string, StrongBox<int>> _turns = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The address of a service; null when the configuration does not know it.</summary>
    public Uri? Resolve(Uri address)
    {
        var asked = ServiceAddress.Parse(address);
        var service = configuration.GetSection($"services:{asked.ServiceName}");
        IEnumerable<string> names = asked.EndpointName is null ? asked.Schemes : [asked.EndpointName];
        foreach (var name in names)
        {
            var section = service.GetSection(name);
            string[] addresses = section.Value is { } single ? [single] : [.. section.GetChildren().Select(child => child.Value).OfType<string>()];
            if (addresses.Length > 0)
            {
                var turn = Interlocked.Increment(ref _turns.GetOrAdd(section.Path, _ => new StrongBox<int>(-1)).Value);
                return new Uri(addresses[(int)((uint)turn % (uint)addresses.Length)]);
            }
        }

        return null;
    }
}
