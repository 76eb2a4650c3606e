namespace MoviesNow.Storage;

/// <summary>The bytes of a ZIP, wherever they are.</summary>
internal abstract class ZipSource
{
    public abstract long Size { get; }

    /// <summary>Opens exactly these bytes, which the ZIP must have, for reading in order.</summary>
    public abstract Task<Stream> OpenAsync(long offset, long length, CancellationToken cancellationToken);

    /// <summary>Reads exactly these bytes, which the ZIP must have.</summary>
    public async Task<byte[]> ReadAsync(long offset, int length, CancellationToken cancellationToken)
    {
        if (offset < 0 || offset > Size - length)
            throw ZipRule.BrokenDirectory.BrokenBy("it points outside of the file");

        var bytes = new byte[length];
        await using var content = await OpenAsync(offset, length, cancellationToken);
        await FillAsync(content, bytes, cancellationToken);
        return bytes;
    }

    public static async Task FillAsync(Stream content, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var read = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        if (read < buffer.Length)
            throw new StorageUnavailableException(new StorageDiagnosis("read", "ShortRead", 0));
    }
}

/// <summary>Ranged reads of one version of an object.</summary>
internal sealed class ObjectZipSource(IObjectStore store, StoredObject found) : ZipSource
{
    public override long Size => found.Size;

    public override async Task<Stream> OpenAsync(long offset, long length, CancellationToken cancellationToken) =>
        await store.OpenReadAsync(found.Key, new ByteRange(offset, offset + length - 1), found.ETag, cancellationToken)
        ?? throw new ObjectGoneException();
}

/// <summary>Reads of a file.</summary>
internal sealed class FileZipSource(string path) : ZipSource
{
    public override long Size { get; } = new FileInfo(path).Length;

    public override Task<Stream> OpenAsync(long offset, long length, CancellationToken cancellationToken) =>
        Task.FromResult<Stream>(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read) { Position = offset });
}

/// <summary>The object was deleted or replaced while it was being read. It never leaves <see cref="ZipInspector"/>.</summary>
internal sealed class ObjectGoneException() : Exception("The object is gone.");
