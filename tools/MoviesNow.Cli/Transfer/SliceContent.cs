using System.Buffers;
using System.Net;
using Microsoft.Win32.SafeHandles;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Cli.Transfer;

/// <summary>The body of a request: as many bytes of a file as were promised. Tells how many went out.</summary>
internal sealed class SliceContent(FileSlice slice, Action<long> sent) : HttpContent
{
    private const int BufferSize = 256 * 1024;
    private const int MaxReason = 4_096;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using var file = Open();
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(slice.Length, BufferSize));
        try
        {
            for (var (at, end) = (slice.Offset, slice.Offset + slice.Length); at < end;)
            {
                var read = await RandomAccess.ReadAsync(file, buffer.AsMemory(0, (int)Math.Min(end - at, buffer.Length)), at, cancellationToken);
                if (read == 0)
                {
                    throw new FileChangedException("The file became shorter while it was sent.");
                }

                await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                at += read;
                sent(read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Whoever writes to the file is not kept from it: a change is noticed.</summary>
    private SafeFileHandle Open()
    {
        try
        {
            return File.OpenHandle(slice.File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            // Sending it again does not bring it back.
            throw new FileChangedException($"The file could not be read any more while it was sent: {PrintableText.Of(exception.Message, MaxReason)}");
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = slice.Length;
        return true;
    }
}

/// <summary>A file is not what it was when its upload began.</summary>
internal sealed class FileChangedException(string message) : CommandException(message);
