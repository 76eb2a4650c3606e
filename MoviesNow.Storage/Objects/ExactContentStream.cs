using System.Security.Cryptography;

namespace MoviesNow.Storage;

/// <summary>
/// Hands on exactly the bytes that were declared. The last of them are held back until nothing follows and the digest is right, so that a
/// request with other content never becomes whole and storage keeps nothing of it.
/// </summary>
internal sealed class ExactContentStream(Stream content, long length, Sha256Digest? expected) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _position;

    /// <summary>Whether the content turned out not to be what was declared.</summary>
    public bool IsMismatch { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var wanted = (int)Math.Min(buffer.Length, length - _position);
        var read = wanted == 0 ? 0 : await content.ReadAsync(buffer[..wanted], cancellationToken);
        if (read == 0 && wanted > 0)
            throw Mismatch();

        _hash.AppendData(buffer.Span[..read]);
        _position += read;
        if (read > 0 && _position == length)
            await VerifyAsync(cancellationToken);
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

    /// <summary>Checks what an empty stream cannot check while being read: that nothing follows.</summary>
    public async Task VerifyAsync(CancellationToken cancellationToken)
    {
        var more = await content.ReadAsync(new byte[1], cancellationToken) > 0;
        if (more || (expected is not null && Sha256Digest.FromBytes(_hash.GetCurrentHash()) != expected))
            throw Mismatch();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _hash.Dispose();
        base.Dispose(disposing);
    }

    private InvalidDataException Mismatch()
    {
        IsMismatch = true;
        return new InvalidDataException("The content is not what was declared.");
    }
}
