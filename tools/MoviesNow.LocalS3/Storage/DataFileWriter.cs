using Microsoft.Win32.SafeHandles;

namespace MoviesNow.LocalS3.Storage;

/// <summary>Writes one data file. Disposed without <see cref="Keep"/>, it removes the file again.</summary>
internal sealed class DataFileWriter(string name, string path, Durability durability) : IDisposable
{
    private readonly SafeFileHandle _file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.Asynchronous);
    private bool _kept;

    public string Name => name;

    public long Length { get; private set; }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await RandomAccess.WriteAsync(_file, bytes, Length, cancellationToken);
        Length += bytes.Length;
    }

    /// <summary>Makes the content durable and closes the file. Its name is made durable by whoever records it.</summary>
    public void Finish()
    {
        durability.Flush(_file);
        _file.Dispose();
    }

    /// <summary>A record names the file now.</summary>
    public void Keep() => _kept = true;

    public void Dispose()
    {
        _file.Dispose();
        if (!_kept)
            File.Delete(path);
    }
}
