using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics;
using System.IO.Pipelines;

namespace Grpc.AspNetCore.Web.Internal;

/// <summary>
/// Writes what it is given as base64. A flush ends a padded piece, so that the caller can read everything that was flushed;
/// between flushes no padding comes in between, and no more than one buffer is held back.
/// </summary>
internal sealed class Base64PipeWriter(PipeWriter inner) : PipeWriter, IDisposable
{
    private const int MinimumBuffer = 4096;
    private const int QuantumBytes = 3;

    private byte[] _buffer = [];
    private int _count;

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes + _count;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        var size = Math.Max(sizeHint, 1);
        if (_buffer.Length - _count < size)
        {
            Encode(isFinal: false);
            Reserve(size);
        }

        return _buffer.AsMemory(_count);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, _buffer.Length - _count);
        _count += bytes;
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        Encode(isFinal: true);
        return inner.FlushAsync(cancellationToken);
    }

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
        Encode(isFinal: true);
        inner.Complete(exception);
    }

    public void Dispose()
    {
        var buffer = _buffer;
        (_buffer, _count) = ([], 0);
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Encode(bool isFinal)
    {
        var length = isFinal ? _count : _count - (_count % QuantumBytes);
        if (length == 0)
        {
            return;
        }

        var target = inner.GetSpan(Base64.GetMaxEncodedToUtf8Length(length));
        var status = Base64.EncodeToUtf8(_buffer.AsSpan(0, length), target, out _, out var written);
        Debug.Assert(status is OperationStatus.Done, "The target has room for all of it.");
        inner.Advance(written);
        _buffer.AsSpan(length, _count - length).CopyTo(_buffer);
        _count -= length;
    }

    private void Reserve(int size)
    {
        if (_buffer.Length - _count >= size)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_count + size, MinimumBuffer));
        _buffer.AsSpan(0, _count).CopyTo(larger);
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = larger;
    }
}
