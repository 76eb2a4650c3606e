using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Cli.Transfer;

/// <summary>A file as it was when it was read for its digest. It must stay so until it is uploaded.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Size">In bytes.</param>
/// <param name="ChangedAt">When it was last written to, UTC.</param>
/// <param name="Sha256">64 lower-case hexadecimal digits.</param>
internal sealed record SourceFile(string Path, long Size, DateTime ChangedAt, string Sha256)
{
    private const int BufferSize = 1 << 20;
    private const int MaxPath = 4_096;

    /// <summary>Its name, without directories.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Reads a file once, as fast as the disk gives it: the next bytes are read while those before are hashed.</summary>
    /// <exception cref="CommandException">It cannot be read, or was written to meanwhile.</exception>
    public static async Task<SourceFile> ReadAsync(string path, Action<long> read, CancellationToken cancellationToken)
    {
        try
        {
            var info = new FileInfo(path);
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
            var file = new SourceFile(path, info.Length, info.LastWriteTimeUtc, await HashAsync(handle, info.Length, read, cancellationToken));
            file.RequireUnchanged();
            return file;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"'{Shown(path)}' cannot be read: {PrintableText.Of(exception.Message, MaxPath)}");
        }
    }

    /// <summary>Passes while the file is as it was.</summary>
    /// <exception cref="FileChangedException">It is not.</exception>
    public void RequireUnchanged()
    {
        var now = new FileInfo(Path);
        var change = !now.Exists ? "is gone"
            : now.Length < Size ? $"became shorter: it has {now.Length:N0} bytes and had {Size:N0}"
            : now.Length > Size ? $"became longer: it has {now.Length:N0} bytes and had {Size:N0}"
            : now.LastWriteTimeUtc != ChangedAt ? "was written to"
            : null;
        if (change is not null)
        {
            throw new FileChangedException($"'{Shown(Path)}' {change} while it was uploaded. Upload it again when nothing writes to it any more.");
        }
    }

    private static string Shown(string path) => PrintableText.Of(path, MaxPath);

    private static async Task<string> HashAsync(SafeFileHandle handle, long size, Action<long> read, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (current, next) = (new byte[BufferSize], new byte[BufferSize]);
        var offset = 0L;
        var count = await ReadAsync(current);
        while (count > 0)
        {
            var ahead = ReadAsync(next);
            hash.AppendData(current, 0, count);
            read(count);
            count = await ahead;
            (current, next) = (next, current);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());

        async Task<int> ReadAsync(byte[] buffer)
        {
            // Not beyond the size of the beginning: a file that grows as fast as it is read would have no end.
            var bytes = await RandomAccess.ReadAsync(handle, buffer.AsMemory(0, (int)Math.Min(size - offset, buffer.Length)), offset, cancellationToken);
            offset += bytes;
            return bytes;
        }
    }
}
