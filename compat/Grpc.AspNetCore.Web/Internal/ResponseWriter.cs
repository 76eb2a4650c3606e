using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.IO.Pipelines;

namespace Grpc.AspNetCore.Web.Internal;

/// <summary>
/// The body of a response as the gRPC server writes it. When a deadline passes, another thread ends it, maybe in the middle of a
/// message: so everything is held back until it is flushed, and what is not whole then is left out. Whoever still writes is refused,
/// and keeps the memory that it has: no other call gets it.
/// </summary>
/// <remarks>As base64, a flush ends a padded piece, so that the caller can read everything that was flushed.</remarks>
internal sealed class ResponseWriter(PipeWriter inner, bool isText) : PipeWriter, IDisposable
{
    private const int MinimumBuffer = 4096;
    private const int PieceBytes = 3072;

    private byte[] _buffer = [];
    private int _count;
    private bool _isLent;
    private bool _ended;

    /// <summary>Held by whoever writes to the connection, until the call for it returns.</summary>
    public Lock Gate { get; } = new();

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes + _count;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        lock (Gate)
        {
            ThrowIfEnded();
            var size = Math.Max(sizeHint, 1);
            if (_buffer.Length - _count < size)
            {
                Renew(size);
            }

            _isLent = true;
            return _buffer.AsMemory(_count);
        }
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        lock (Gate)
        {
            ThrowIfEnded();
            ArgumentOutOfRangeException.ThrowIfNegative(bytes);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, _buffer.Length - _count);
            _count += bytes;
            _isLent = false;
        }
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        lock (Gate)
        {
            ThrowIfEnded();
            Push();
            _isLent = false;
            return inner.FlushAsync(cancellationToken);
        }
    }

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
        lock (Gate)
        {
            _ended = true;
            Push();
            inner.Complete(exception);
        }
    }

    /// <summary>
    /// Lets go of what is held, in front of a last frame only of its whole messages. It goes out when the response is completed: the
    /// writer may still wait for a flush, and a second one must not wait with it. Does nothing a second time.
    /// </summary>
    /// <param name="frame">The last frame; empty when there is none.</param>
    public void End(ReadOnlySpan<byte> frame)
    {
        lock (Gate)
        {
            if (_ended)
            {
                return;
            }

            _ended = true;
            if (!frame.IsEmpty)
            {
                _count = WholeFrames();
                Append(frame);
            }

            Push();
        }
    }

    public void Dispose()
    {
        lock (Gate)
        {
            _ended = true;
            Release();
            (_buffer, _count) = ([], 0);
        }
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_isLent || _buffer.Length - _count < bytes.Length)
        {
            Renew(bytes.Length);
        }

        bytes.CopyTo(_buffer.AsSpan(_count));
        _count += bytes.Length;
    }

    private void Push()
    {
        var rest = _buffer.AsSpan(0, _count);
        _count = 0;
        if (!isText)
        {
            inner.Write(rest);
            return;
        }

        while (!rest.IsEmpty)
        {
            var piece = rest[..Math.Min(rest.Length, PieceBytes)];
            Base64.EncodeToUtf8(piece, inner.GetSpan(Base64.GetMaxEncodedToUtf8Length(piece.Length)), out _, out var written);
            inner.Advance(written);
            rest = rest[piece.Length..];
        }
    }

    private int WholeFrames()
    {
        for (var whole = 0; ;)
        {
            var rest = _buffer.AsSpan(whole, _count - whole);
            if (rest.Length < TrailerFrame.PrefixLength
                || BinaryPrimitives.ReadUInt32BigEndian(rest[1..]) is var length && length > rest.Length - TrailerFrame.PrefixLength)
            {
                return whole;
            }

            whole += TrailerFrame.PrefixLength + (int)length;
        }
    }

    private void Renew(int size)
    {
        var wanted = Math.Max((long)_count + size, Math.Min(2L * _buffer.Length, Array.MaxLength));
        var larger = ArrayPool<byte>.Shared.Rent(checked((int)Math.Max(wanted, MinimumBuffer)));
        _buffer.AsSpan(0, _count).CopyTo(larger);
        Release();
        _buffer = larger;
    }

    private void Release()
    {
        if (!_isLent && _buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _isLent = false;
    }

    private void ThrowIfEnded()
    {
        if (_ended)
        {
            throw new InvalidOperationException("The response has ended, so nothing can be written to it.");
        }
    }
}
