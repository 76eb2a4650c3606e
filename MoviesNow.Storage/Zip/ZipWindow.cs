namespace MoviesNow.Storage;

/// <summary>Reads small pieces of a ZIP in order of their place, many with one request where they lie close together.</summary>
internal sealed class ZipWindow(ZipSource source)
{
    private const int Width = 64 * 1024;

    private byte[] _bytes = [];
    private long _offset;

    /// <summary>How many requests were made.</summary>
    public int Requests { get; private set; }

    /// <summary>These bytes, which the object must have. They are valid until the next call.</summary>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(long offset, int length, CancellationToken cancellationToken)
    {
        if (offset < _offset || offset + length > _offset + _bytes.Length)
        {
            var width = (int)Math.Clamp(source.Size - offset, length, Math.Max(length, Width));
            _bytes = await source.ReadAsync(offset, width, cancellationToken);
            _offset = offset;
            Requests++;
        }

        return _bytes.AsMemory((int)(offset - _offset), length);
    }
}
