using System.Net;
using System.Net.Sockets;

namespace Aspire.Hosting.Execution.Networking;

internal static class Ports
{
    // Below the ranges from which Linux and macOS take ports for outgoing connections: a port that is free now must still be when the process binds it.
    private const int First = 20_000;
    private const int Last = 31_999;
    private static readonly Lock Sync = new();
    private static readonly HashSet<int> Reserved = [];

    /// <summary>A port that nothing listens on and that this process has not handed out before.</summary>
    public static int Reserve()
    {
        lock (Sync)
        {
            for (var attempt = 0; attempt < 2_000; attempt++)
            {
                var port = Random.Shared.Next(First, Last + 1);
                if (!Reserved.Contains(port) && IsFree(port))
                {
                    Reserved.Add(port);
                    return port;
                }
            }
        }

        throw new DistributedApplicationException($"No free port was found between {First} and {Last}.");
    }

    public static bool IsFree(int port)
    {
        foreach (var address in Loopback())
        {
            try
            {
                using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(address, port));
                socket.Listen(1);
            }
            catch (SocketException)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The addresses that <c>localhost</c> stands for on this machine.</summary>
    public static IEnumerable<IPAddress> Loopback() => Socket.OSSupportsIPv6 && IPv6Loopback.Value
        ? [IPAddress.Loopback, IPAddress.IPv6Loopback]
        : [IPAddress.Loopback];

    // Containers often have the protocol but not the address.
    private static readonly Lazy<bool> IPv6Loopback = new(() =>
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    });
}
