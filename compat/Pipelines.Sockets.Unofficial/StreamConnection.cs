using System.IO.Pipelines;

namespace Pipelines.Sockets.Unofficial;

/// <summary>Pipes over streams, such as TLS.</summary>
public static class StreamConnection
{
    /// <summary>A duplex pipe over a stream, which it owns: disposing the pipe (it is <see cref="IDisposable"/>) closes the stream.</summary>
    public static IDuplexPipe GetDuplex(Stream stream, PipeOptions? sendPipeOptions, PipeOptions? receivePipeOptions, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanRead || !stream.CanWrite)
            throw new InvalidOperationException("A duplex pipe needs a stream that can be read and written.");
        return new DuplexStreamPipe(stream, sendPipeOptions ?? PipeOptions.Default, receivePipeOptions ?? PipeOptions.Default, name);
    }

    /// <summary>A reader over a stream, which it closes when completed.</summary>
    public static PipeReader GetReader(Stream stream, PipeOptions? pipeOptions = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return PipeReader.Create(stream, new StreamPipeReaderOptions(pipeOptions?.Pool, pipeOptions?.MinimumSegmentSize ?? -1));
    }

    private sealed class DuplexStreamPipe(Stream stream, PipeOptions send, PipeOptions receive, string? name) : IMeasuredDuplexPipe, IDisposable
    {
        private readonly DuplexPump _pump = new DuplexPump(new StreamTransport(stream), send, receive, zeroLengthReads: false).Start();

        public PipeReader Input => _pump.Input;

        public PipeWriter Output => _pump.Output;

        public long TotalBytesSent => _pump.Sent;

        public long TotalBytesReceived => _pump.Received;

        public void Dispose() => _pump.Stop();

        public override string ToString() => name ?? nameof(StreamConnection);
    }
}
