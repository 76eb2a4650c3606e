using Grpc.Core;
using MoviesNow.ServiceDefaults.Identity;

namespace MoviesNow.ServiceDefaults.RateLimits;

/// <summary>
/// Tells networks of clients apart without naming them: an IPv4 address, or an IPv6 network of 64 bits, for hosts choose the rest themselves. Behind trusted
/// proxies it is the client's address, otherwise that of the connection.
/// </summary>
public sealed class ClientNetworks
{
    private readonly CallerHash _hash;

    internal ClientNetworks(CallerHash hash) => _hash = hash;

    /// <summary>What stands for the network outside the process: 22 characters of base64url, a keyed hash.</summary>
    public string HashOf(ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return _hash.Of(new CallerId(CallerKind.Address, CallerId.NetworkOf(context.GetHttpContext().Connection.RemoteIpAddress)));
    }
}
