using System.IO.Pipelines;
using System.Net.Sockets;

namespace Pipelines.Sockets.Unofficial;

/// <summary>
/// Moves bytes between a transport and two pipes. The pipes' thresholds are the back pressure: a full receive pipe stops
/// receiving, a full send pipe makes the writer's flush wait. When both directions have ended, the transport is closed.
/// </summary>
internal sealed class DuplexPump(ITransport transport, PipeOptions sendOptions, PipeOptions receiveOptions, bool zeroLengthReads)
{
    private readonly Pipe _send = new(sendOptions);
    private readonly Pipe _receive = new(receiveOptions);
    private long _sent;
    private long _received;
    private int _lastReceived;
    private int _shutdownKind;
    private int _socketError;
    private int _running;

    public MeteredReader Input => field ??= new MeteredReader(_receive.Reader);
    public MeteredWriter Output => field ??= new MeteredWriter(_send.Writer);
    public long Sent => Volatile.Read(ref _sent);
    public long Received => Volatile.Read(ref _received);
    public int LastReceived => Volatile.Read(ref _lastReceived);
    public long WaitingToBeSent => Math.Max(0, Output.Written - Sent);
    public long WaitingToBeRead => Math.Max(0, Received - Input.Consumed);
    public PipeShutdownKind ShutdownKind => (PipeShutdownKind)Volatile.Read(ref _shutdownKind);
    public SocketError SocketError => (SocketError)Volatile.Read(ref _socketError);

    public DuplexPump Start()
    {
        _ = Input;
        _ = Output;
        _running = 2;
        // The loops live as long as the connection; they must not hold on to the async locals of who opened it.
        using (ExecutionContext.SuppressFlow())
        {
            _ = ReceiveAsync();
            _ = SendAsync();
        }

        return this;
    }

    public bool TrySetShutdown(PipeShutdownKind kind) =>
        Interlocked.CompareExchange(ref _shutdownKind, (int)kind, (int)PipeShutdownKind.None) == (int)PipeShutdownKind.None;

    /// <summary>Ends both directions; what waits to be sent is dropped.</summary>
    public void Stop()
    {
        TrySetShutdown(PipeShutdownKind.PipeDisposed);
        transport.Close();
        _send.Reader.CancelPendingRead();
        _receive.Writer.CancelPendingFlush();
    }

    private async Task ReceiveAsync()
    {
        var writer = _receive.Writer;
        Exception? error = null;
        try
        {
            while (true)
            {
                if (zeroLengthReads)
                    await transport.ReceiveAsync(Memory<byte>.Empty);
                var count = await transport.ReceiveAsync(writer.GetMemory());
                Volatile.Write(ref _lastReceived, count);
                if (count <= 0)
                {
                    TrySetShutdown(PipeShutdownKind.ReadEndOfStream);
                    break;
                }

                Volatile.Write(ref _received, _received + count);
                writer.Advance(count);
                var flush = await writer.FlushAsync();
                if (flush.IsCompleted || flush.IsCanceled)
                {
                    TrySetShutdown(flush.IsCompleted ? PipeShutdownKind.ReadFlushCompleted : PipeShutdownKind.ReadFlushCanceled);
                    break;
                }
            }
        }
        catch (Exception e)
        {
            error = Failed(e, Direction.Read);
        }

        await writer.CompleteAsync(error);
        Ended();
    }

    private async Task SendAsync()
    {
        var reader = _send.Reader;
        Exception? error = null;
        try
        {
            while (true)
            {
                var result = await reader.ReadAsync();
                if (result.IsCanceled)
                    break;
                if (result.Buffer.IsEmpty && result.IsCompleted)
                {
                    TrySetShutdown(PipeShutdownKind.WriteEndOfStream);
                    transport.EndSend();
                    break;
                }

                var count = result.Buffer.IsEmpty ? 0 : await transport.SendAsync(result.Buffer);
                Volatile.Write(ref _sent, _sent + count);
                reader.AdvanceTo(result.Buffer.GetPosition(count));
            }
        }
        catch (Exception e)
        {
            error = Failed(e, Direction.Write);
            // A connection that cannot send is dead: the receiving side should learn it now, not at the next time-out.
            transport.Close();
        }

        await reader.CompleteAsync(error);
        Ended();
    }

    private void Ended()
    {
        if (Interlocked.Decrement(ref _running) == 0)
            transport.Close();
    }

    private Exception? Failed(Exception e, Direction direction)
    {
        var socket = e as SocketException ?? e.InnerException as SocketException;
        var kind = (socket, e) switch
        {
            (not null, _) => direction == Direction.Read ? PipeShutdownKind.ReadSocketError : PipeShutdownKind.WriteSocketError,
            (_, ObjectDisposedException) => direction == Direction.Read ? PipeShutdownKind.ReadDisposed : PipeShutdownKind.WriteDisposed,
            (_, IOException) => direction == Direction.Read ? PipeShutdownKind.ReadIOException : PipeShutdownKind.WriteIOException,
            _ => direction == Direction.Read ? PipeShutdownKind.ReadException : PipeShutdownKind.WriteException,
        };
        if (TrySetShutdown(kind) && socket is not null)
            Volatile.Write(ref _socketError, (int)socket.SocketErrorCode);

        // Closed by ourselves: an end, not a failure.
        if (ShutdownKind == PipeShutdownKind.PipeDisposed)
            return null;
        return socket?.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown
            ? new ConnectionResetException(socket.Message, e)
            : e;
    }

    private enum Direction { Read, Write }
}
