using System.Net;
using System.Net.Sockets;

namespace Aspire.Hosting.Execution.Networking;

internal static class LoopbackConnection
{
    /// <summary>A connection to a port of this machine, over whichever protocol its process listens on; null when nobody does.</summary>
    public static async Task<Socket?> OpenAsync(int port, CancellationToken cancellationToken)
    {
        foreach (var address in Ports.Loopback())
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken);
                return socket;
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                socket.Dispose();
            }
        }

        return null;
    }
}
