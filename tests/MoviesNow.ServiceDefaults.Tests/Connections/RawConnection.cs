using System.Net;
using System.Net.Sockets;

namespace MoviesNow.ServiceDefaults.Tests.Connections;

/// <summary>A connection on which anything may be sent, from an address of its own: all of 127.0.0.0/8 is this machine.</summary>
internal sealed class RawConnection : IDisposable
{
    public static readonly IPAddress Abuser = IPAddress.Parse("127.0.0.9");

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Socket _socket;

    private RawConnection(Socket socket) => _socket = socket;

    public static async Task<RawConnection> OpenAsync(Uri address, IPAddress? from = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(from ?? Abuser, 0));
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, address.Port).WaitAsync(Patience);
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionReset)
        {
            // Accepted and closed at once.
        }

        return new RawConnection(socket);
    }

    /// <summary>Sends bytes; false when the connection has ended.</summary>
    public async Task<bool> TrySendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await _socket.SendAsync(bytes, SocketFlags.None, CancellationToken.None).AsTask().WaitAsync(Patience);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Sends the same bytes again and again until the connection ends, at most so often; gives how many bytes went.</summary>
    public async Task<long> FloodAsync(ReadOnlyMemory<byte> bytes, int times)
    {
        var sent = 0L;
        for (var i = 0; i < times && await TrySendAsync(bytes); i++)
        {
            sent += bytes.Length;
        }

        return sent;
    }

    /// <summary>Whatever comes until the connection ends, however it does.</summary>
    public Task<byte[]> ReadToEndAsync() => ReadUntilAsync(isEnough: null);

    /// <summary>Whatever comes until it is enough, if it ever is, or the connection ends.</summary>
    public async Task<byte[]> ReadUntilAsync(Predicate<byte[]>? isEnough)
    {
        var all = new MemoryStream();
        var buffer = new byte[4096];
        try
        {
            while (isEnough?.Invoke(all.ToArray()) != true && await _socket.ReceiveAsync(buffer.AsMemory(), SocketFlags.None, CancellationToken.None).AsTask().WaitAsync(Patience) is > 0 and var count)
            {
                all.Write(buffer, 0, count);
            }
        }
        catch (SocketException)
        {
            // Reset.
        }

        return all.ToArray();
    }

    public void Dispose() => _socket.Dispose();
}
