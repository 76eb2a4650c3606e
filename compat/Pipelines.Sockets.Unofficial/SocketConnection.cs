using System.IO.Pipelines;
using System.Net.Sockets;

namespace Pipelines.Sockets.Unofficial;

/// <summary>A connected socket as a duplex pipe. It owns the socket: disposing it closes the connection.</summary>
public sealed class SocketConnection : IMeasuredDuplexPipe, IDisposable
{
    private readonly Socket _socket;
    private readonly DuplexPump _pump;
    private readonly string _name;

    private SocketConnection(Socket socket, PipeOptions send, PipeOptions receive, SocketConnectionOptions options, string? name)
    {
        _socket = socket;
        _name = string.IsNullOrWhiteSpace(name) ? nameof(SocketConnection) : name.Trim();
        _pump = new DuplexPump(new SocketTransport(socket), send, receive, options.HasFlag(SocketConnectionOptions.ZeroLengthReads)).Start();
    }

    /// <summary>Wraps a connected socket and starts to receive.</summary>
    public static SocketConnection Create(
        Socket socket,
        PipeOptions? sendPipeOptions,
        PipeOptions? receivePipeOptions,
        SocketConnectionOptions connectionOptions = SocketConnectionOptions.None,
        string? name = null)
    {
        ArgumentNullException.ThrowIfNull(socket);
        return new(socket, sendPipeOptions ?? PipeOptions.Default, receivePipeOptions ?? PipeOptions.Default, connectionOptions, name);
    }

    /// <summary>Does nothing: there is no dependency that could be missing.</summary>
    public static void AssertDependencies() { }

    /// <summary>Sends small writes at once; batching is the pipe's business.</summary>
    public static void SetRecommendedClientOptions(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (socket.ProtocolType == ProtocolType.Tcp)
            socket.NoDelay = true;
    }

    public PipeReader Input => _pump.Input;

    public PipeWriter Output => _pump.Output;

    /// <summary>What closed the connection first; <see cref="PipeShutdownKind.None"/> while it is open.</summary>
    public PipeShutdownKind ShutdownKind => _pump.ShutdownKind;

    /// <summary>The socket's error if that closed the connection.</summary>
    public SocketError SocketError => _pump.SocketError;

    public long BytesRead => _pump.Received;

    public long BytesSent => _pump.Sent;

    /// <summary>Bytes that the last receive brought; 0 at the end of the stream.</summary>
    public int LastReceived => _pump.LastReceived;

    long IMeasuredDuplexPipe.TotalBytesSent => _pump.Sent;

    long IMeasuredDuplexPipe.TotalBytesReceived => _pump.Received;

    /// <summary>Notes that the protocol ended the connection; false if it was closed already or the kind is no protocol's.</summary>
    public bool TrySetProtocolShutdown(PipeShutdownKind kind) =>
        kind is PipeShutdownKind.ProtocolExitClient or PipeShutdownKind.ProtocolExitServer && _pump.TrySetShutdown(kind);

    /// <summary>What lies in the socket and the two pipes now.</summary>
    public Counters GetCounters()
    {
        int available;
        try
        {
            available = _socket.Available;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            available = 0;
        }

        return new(available, _pump.WaitingToBeRead, _pump.WaitingToBeSent);
    }

    public void Dispose() => _pump.Stop();

    public override string ToString() => _name;

    /// <summary>A snapshot in bytes.</summary>
    public readonly struct Counters
    {
        internal Counters(long onSocket, long toBeRead, long toBeSent)
        {
            BytesAvailableOnSocket = onSocket;
            BytesWaitingToBeRead = toBeRead;
            BytesWaitingToBeSent = toBeSent;
        }

        /// <summary>Arrived, not yet taken from the socket.</summary>
        public long BytesAvailableOnSocket { get; }

        /// <summary>Taken from the socket, not yet consumed by the reader.</summary>
        public long BytesWaitingToBeRead { get; }

        /// <summary>Written, not yet taken by the socket.</summary>
        public long BytesWaitingToBeSent { get; }
    }
}
