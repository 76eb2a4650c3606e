namespace Grpc.Core;

/// <summary>State of a channel, as the gRPC connectivity semantics define it.</summary>
public enum ConnectivityState
{
    /// <summary>Not connected, and not trying to: a call makes it connect.</summary>
    Idle,

    /// <summary>Connecting.</summary>
    Connecting,

    /// <summary>Connected.</summary>
    Ready,

    /// <summary>Failed for now; it will try again.</summary>
    TransientFailure,

    /// <summary>Closed for good.</summary>
    Shutdown,
}
