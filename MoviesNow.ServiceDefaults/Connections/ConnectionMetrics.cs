using System.Diagnostics.Metrics;

namespace MoviesNow.ServiceDefaults.Connections;

/// <summary>What operators watch of connections that were not served. Kestrel's own instruments tell of all others.</summary>
internal sealed class ConnectionMetrics(IMeterFactory meters)
{
    private readonly Counter<long> _closed = meters.Create("moviesnow.servicedefaults").CreateCounter<long>(
        "moviesnow.connections.closed", "{connection}",
        "Connections closed before their first request, by `reason`: over the limit of their address (address), or without a whole word in time (silent).");

    public void Closed(string reason) => _closed.Add(1, new KeyValuePair<string, object?>("reason", reason));
}
