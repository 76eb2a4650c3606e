namespace Aspire.Hosting.Execution.Networking;

/// <summary>Where one replica listens for one endpoint, and whether it is worth connecting to.</summary>
internal sealed class ReplicaTarget(int port)
{
    private volatile bool _alive;
    private volatile bool _healthy = true;

    public int Port { get; } = port;

    /// <summary>Whether its process runs.</summary>
    public bool IsAlive
    {
        get => _alive;
        set => _alive = value;
    }

    /// <summary>Whether its last health probe succeeded; true when it has none.</summary>
    public bool IsHealthy
    {
        get => _healthy;
        set => _healthy = value;
    }
}
