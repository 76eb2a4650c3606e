namespace MoviesNow.Storage;

/// <summary>Reads a stream that cannot seek, and knows where it is. Up to <see cref="End"/> it is itself a stream.</summary>
/// <param name="content">The stream; it is not disposed.</param>
/// <param name="scratch">Room for what is skipped.</param>
internal sealed class ForwardReader(Stream content, byte[] scratch) : Stream
{
    private long _position;

    /// <summary>Where the stream ends for its reader.</summary>
    public long End { get; set; } = long.MaxValue;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    /// <summary>Reads on to a place at or behind this one.</summary>
    public async Task SkipToAsync(long position, CancellationToken cancellationToken)
    {
        while (_position < position)
        {
            var count = (int)Math.Min(scratch.Length, position - _position);
            await ZipSource.FillAsync(content, scratch.AsMemory(0, count), cancellationToken);
            _position += count;
        }
    }

    /// <summary>The next bytes, all of them.</summary>
    public async Task<byte[]> TakeAsync(int count, CancellationToken cancellationToken)
    {
        var bytes = new byte[count];
        await ZipSource.FillAsync(content, bytes, cancellationToken);
        _position += count;
        return bytes;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await content.ReadAsync(buffer[..(int)Math.Min(buffer.Length, End - _position)], cancellationToken);
        _position += read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }
}
