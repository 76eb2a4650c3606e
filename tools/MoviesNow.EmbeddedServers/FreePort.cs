using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace MoviesNow.EmbeddedServers;

/// <summary>Finds ports on 127.0.0.1 for servers.</summary>
public static class FreePort
{
    // Below the ranges from which systems number outgoing connections, so that a port is still free when its server restarts.
    private const int First = 20_000;
    private const int Last = 32_000;

    private static readonly ConcurrentDictionary<int, bool> HandedOut = new();

    /// <summary>A port that nobody listens on now and that this process was not given before.</summary>
    /// <exception cref="EmbeddedServerException">None was found.</exception>
    public static int Next()
    {
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            var port = RandomNumberGenerator.GetInt32(First, Last);
            if (IsFree(port) && HandedOut.TryAdd(port, true))
                return port;
        }

        throw new EmbeddedServerException($"No free port was found between {First} and {Last}: stop some servers.");
    }

    /// <summary>A port while nobody listens on it, else another.</summary>
    public static int Prefer(int port) => IsFree(port) && HandedOut.TryAdd(port, true) ? port : Next();

    /// <summary>Whether a server could listen on the port of 127.0.0.1 now.</summary>
    public static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
