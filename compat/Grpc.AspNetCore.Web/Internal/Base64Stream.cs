using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using Grpc.Core;

namespace Grpc.AspNetCore.Web.Internal;

/// <summary>
/// Reads base64 that comes in pieces, each padded for itself and cut anywhere by the network. It holds a few bytes, whatever is sent.
/// </summary>
internal sealed class Base64Stream(PipeReader inner) : Stream
{
    private const int QuantumChars = 4;
    private const int QuantumBytes = 3;

    private readonly byte[] _rest = new byte[QuantumBytes];
    private ReadOnlyMemory<byte> _unread;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="RpcException">INVALID_ARGUMENT: this is no base64.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_unread.IsEmpty || buffer.IsEmpty)
        {
            return TakeUnread(buffer);
        }

        while (true)
        {
            var result = await inner.ReadAsync(cancellationToken);
            var text = result.Buffer;
            if (text.Length >= QuantumChars)
            {
                var (consumed, written) = Decode(text, buffer);
                inner.AdvanceTo(consumed);
                return written;
            }

            var isTruncated = result.IsCompleted && !text.IsEmpty;
            inner.AdvanceTo(text.Start, text.End);
            if (result.IsCanceled)
            {
                throw new OperationCanceledException("The read was cancelled.");
            }

            if (isTruncated)
            {
                throw Malformed("it ends in the middle");
            }

            if (result.IsCompleted)
            {
                return 0;
            }
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read it asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Decodes at least one group of four characters, and as many as are there, have room, and end before or with padding.</summary>
    private (SequencePosition Consumed, int Written) Decode(ReadOnlySequence<byte> text, Memory<byte> target)
    {
        scoped var first = text.FirstSpan;
        Span<byte> joined = stackalloc byte[QuantumChars];
        if (first.Length < QuantumChars)
        {
            text.Slice(0, QuantumChars).CopyTo(joined);
            first = joined;
        }

        var room = Math.Max(target.Length / QuantumBytes, 1) * QuantumChars;
        var length = Math.Min(first.Length - (first.Length % QuantumChars), room);
        var padding = first[..length].IndexOf((byte)'=');
        if (padding >= 0)
        {
            length = padding - (padding % QuantumChars) + QuantumChars;
        }

        var written = target.Length < QuantumBytes ? DecodeRest(first[..length], target) : DecodeTo(first[..length], target.Span);
        return (text.GetPosition(length), written);
    }

    private int DecodeRest(ReadOnlySpan<byte> group, Memory<byte> target)
    {
        _unread = _rest.AsMemory(0, DecodeTo(group, _rest));
        return TakeUnread(target);
    }

    private static int DecodeTo(ReadOnlySpan<byte> text, Span<byte> target) =>
        Base64.DecodeFromUtf8(text, target, out var consumed, out var written) is OperationStatus.Done
            && consumed == text.Length
            && !text.ContainsAny(" \t\r\n"u8)
            ? written
            : throw Malformed("it has other characters, or padding in the wrong place");

    private int TakeUnread(Memory<byte> target)
    {
        var length = Math.Min(_unread.Length, target.Length);
        _unread[..length].CopyTo(target);
        _unread = _unread[length..];
        return length;
    }

    private static RpcException Malformed(string why) => new(new Status(StatusCode.InvalidArgument, $"The body is not base64: {why}."));
}
