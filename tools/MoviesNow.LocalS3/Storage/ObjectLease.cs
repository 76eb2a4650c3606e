using System.Buffers;

namespace MoviesNow.LocalS3.Storage;

/// <summary>An object that is being read: its bytes stay until this is disposed, even when it is replaced or deleted meanwhile.</summary>
internal sealed class ObjectLease(ObjectRecord record, DataFiles data) : IDisposable
{
    private const int BufferBytes = 256 * 1024;

    public ObjectRecord Record => record;

    /// <summary>Sends a range of the object to a sink, in order and in constant memory.</summary>
    public async Task CopyToAsync(
        long offset, long length, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> sink, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(BufferBytes, Math.Max(length, 1)));
        try
        {
            foreach (var segment in record.Segments)
            {
                if (offset < segment.Size && length > 0)
                {
                    var count = Math.Min(length, segment.Size - offset);
                    await CopySegmentAsync(segment, offset, count, buffer, sink, cancellationToken);
                    length -= count;
                }

                offset = Math.Max(0, offset - segment.Size);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public void Dispose() => data.Unpin(record.Segments);

    private async Task CopySegmentAsync(
        Segment segment, long offset, long length, byte[] buffer, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> sink,
        CancellationToken cancellationToken)
    {
        using var file = data.OpenRead(segment.Data);
        while (length > 0)
        {
            var count = await RandomAccess.ReadAsync(file, buffer.AsMemory(0, (int)Math.Min(buffer.Length, length)), offset, cancellationToken);
            if (count == 0)
                throw new InvalidDataException("A data file is shorter than its record says.");
            await sink(buffer.AsMemory(0, count), cancellationToken);
            (offset, length) = (offset + count, length - count);
        }
    }
}
