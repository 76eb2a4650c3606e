using System.Net;
using System.Net.Sockets;

namespace MoviesNow.Testing;

/// <summary>
/// A port of loopback that refuses connections for as long as this lives: it is bound, so that no server beside the test can take it, and nobody
/// listens on it.
/// </summary>
public sealed class ClosedPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public ClosedPort() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public string Url => $"http://127.0.0.1:{Port}";

    public void Dispose() => _socket.Dispose();
}
