using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;

namespace MoviesNow.LocalS3.Storage;

/// <summary>Makes files and directory entries survive a power cut, unless that is switched off.</summary>
internal sealed partial class Durability(IOptions<LocalS3Options> options)
{
    /// <summary>Makes the entries of a directory durable: new, renamed and deleted files.</summary>
    public void FlushDirectory(string path)
    {
        // Windows has no such call; NTFS journals the entries.
        if (!options.Value.Fsync || OperatingSystem.IsWindows())
            return;
        var descriptor = Open(path, flags: 0);
        if (descriptor < 0)
            throw new IOException($"The directory cannot be opened: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
        try
        {
            if (Fsync(descriptor) != 0)
                throw new IOException($"The directory cannot be flushed: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    /// <summary>Makes a file's content durable.</summary>
    public void Flush(Microsoft.Win32.SafeHandles.SafeFileHandle file)
    {
        if (options.Value.Fsync)
            RandomAccess.FlushToDisk(file);
    }

    /// <summary>Replaces <paramref name="path"/> in one step: after a crash it has either the old content or the new.</summary>
    public void WriteAtomically(string path, ReadOnlySpan<byte> content, string temporaryDirectory)
    {
        var temporary = Path.Combine(temporaryDirectory, Path.GetRandomFileName());
        try
        {
            using (var file = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                RandomAccess.Write(file, content, 0);
                Flush(file);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
