using System.Buffers;
using System.Net.Sockets;

namespace Pipelines.Sockets.Unofficial;

/// <summary>The byte stream under a <see cref="DuplexPump"/>. One receive and one send may run at a time.</summary>
internal interface ITransport
{
    /// <summary>Bytes put into the buffer; 0 at the end of the stream. An empty buffer waits for data to arrive.</summary>
    ValueTask<int> ReceiveAsync(Memory<byte> buffer);

    /// <summary>Sends a non-empty front part of the data and returns its length.</summary>
    ValueTask<long> SendAsync(ReadOnlySequence<byte> data);

    /// <summary>Tells the peer that nothing more will be sent.</summary>
    void EndSend();

    /// <summary>Frees everything and makes pending operations fail; may be called at any time, from any thread, and again.</summary>
    void Close();
}

internal sealed class SocketTransport(Socket socket) : ITransport
{
    // Enough to fill a socket's send buffer with pooled 4 KiB segments, and well below the systems' limits on a gather list.
    private const int MaxGather = 64;

    private readonly List<ArraySegment<byte>> _gather = new(MaxGather);

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => socket.ReceiveAsync(buffer, SocketFlags.None);

    public async ValueTask<long> SendAsync(ReadOnlySequence<byte> data)
    {
        if (data.IsSingleSegment)
            return await socket.SendAsync(data.First, SocketFlags.None);

        _gather.Clear();
        foreach (var memory in data)
        {
            if (memory.IsEmpty)
                continue;
            if (_gather.Count == MaxGather || !System.Runtime.InteropServices.MemoryMarshal.TryGetArray(memory, out var segment))
                break;
            _gather.Add(segment);
        }

        // Memory that is no array (a pool of native memory) goes out segment by segment.
        return _gather.Count > 0 ? await socket.SendAsync(_gather, SocketFlags.None) : await socket.SendAsync(data.First, SocketFlags.None);
    }

    public void EndSend() => socket.Shutdown(SocketShutdown.Send);

    public void Close() => socket.Dispose();
}

internal sealed class StreamTransport(Stream stream) : ITransport
{
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => stream.ReadAsync(buffer);

    public async ValueTask<long> SendAsync(ReadOnlySequence<byte> data)
    {
        foreach (var memory in data)
        {
            if (!memory.IsEmpty)
                await stream.WriteAsync(memory);
        }

        await stream.FlushAsync();
        return data.Length;
    }

    public void EndSend() { }

    public void Close() => stream.Dispose();
}
