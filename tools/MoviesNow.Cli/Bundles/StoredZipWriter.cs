using System.Buffers.Binary;
using System.Text;

namespace MoviesNow.Cli.Bundles;

/// <summary>
/// Writes a ZIP whose files are stored: the same files give the same bytes, on every machine. The framework's writer does not: it notes which
/// system wrote, and gives a file of 4 GiB or more a data descriptor, with which readers of a stream cannot tell where a stored file ends.
/// Here sizes are known before, so that each header is complete; ZIP64 is used where a number needs it.
/// </summary>
/// <param name="output">Where to; it must be able to seek.</param>
internal sealed class StoredZipWriter(Stream output)
{
    private const ushort Utf8Names = 0x0800;
    private const ushort FirstDate = (1 << 5) | 1;
    private const ushort MadeByUnix = (3 << 8) | Zip64Version;
    private const ushort Version = 10;
    private const ushort Zip64Version = 45;
    private const uint ReadableByAll = 0x81A4_0000;
    private const int CrcOffset = 14;

    private readonly List<Entry> _entries = [];

    /// <summary>Adds a file.</summary>
    /// <param name="path">Its name in the ZIP.</param>
    /// <param name="size">How many bytes <paramref name="content"/> writes.</param>
    /// <param name="content">Writes its bytes and returns their CRC-32.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task AddAsync(string path, long size, Func<Stream, Task<uint>> content, CancellationToken cancellationToken)
    {
        var entry = new Entry(Encoding.UTF8.GetBytes(path), size, output.Position, Crc: 0);
        await output.WriteAsync(LocalHeader(entry), cancellationToken);
        entry = entry with { Crc = await content(output) };
        var end = output.Position;
        output.Position = entry.Offset + CrcOffset;
        await output.WriteAsync(BitConverter.GetBytes(entry.Crc), cancellationToken);
        output.Position = end;
        _entries.Add(entry);
    }

    /// <summary>Writes the directory and what follows it.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        var offset = output.Position;
        foreach (var entry in _entries)
        {
            await output.WriteAsync(Record(entry), cancellationToken);
        }

        await output.WriteAsync(End(_entries.Count, output.Position - offset, offset), cancellationToken);
    }

    private static byte[] LocalHeader(Entry entry)
    {
        var is64 = IsLong(entry.Size);
        byte[] extra = is64 ? Field64(entry.Size, entry.Size) : [];
        var header = new Bytes(30 + entry.Name.Length + extra.Length);
        header.U32(0x04034b50);
        header.U16(is64 ? Zip64Version : Version);
        Common(header, entry);
        header.U16((ushort)entry.Name.Length);
        header.U16((ushort)extra.Length);
        return header.Then(entry.Name, extra);
    }

    private static byte[] Record(Entry entry)
    {
        List<long> longs = [];
        if (IsLong(entry.Size))
        {
            longs.AddRange([entry.Size, entry.Size]);
        }

        if (IsLong(entry.Offset))
        {
            longs.Add(entry.Offset);
        }

        byte[] extra = longs.Count > 0 ? Field64([.. longs]) : [];
        var record = new Bytes(46 + entry.Name.Length + extra.Length);
        record.U32(0x02014b50);
        record.U16(MadeByUnix);
        record.U16(longs.Count > 0 ? Zip64Version : Version);
        Common(record, entry);
        record.U16((ushort)entry.Name.Length);
        record.U16((ushort)extra.Length);
        // No comment, disk 0, no internal attributes.
        record.Skip(6);
        record.U32(ReadableByAll);
        record.U32(Short(entry.Offset));
        return record.Then(entry.Name, extra);
    }

    /// <summary>What both headers have: flags, method 0, time and date, checksum and sizes.</summary>
    private static void Common(Bytes header, Entry entry)
    {
        header.U16(Utf8Names);
        header.Skip(4);
        header.U16(FirstDate);
        header.U32(entry.Crc);
        header.U32(Short(entry.Size));
        header.U32(Short(entry.Size));
    }

    private static byte[] End(int count, long size, long offset)
    {
        var is64 = count >= ushort.MaxValue || IsLong(size) || IsLong(offset);
        var end = new Bytes(22 + (is64 ? 56 + 20 : 0));
        if (is64)
        {
            end.U32(0x06064b50);
            end.U64(44);
            end.U16(MadeByUnix);
            end.U16(Zip64Version);
            end.Skip(8);
            end.U64(count);
            end.U64(count);
            end.U64(size);
            end.U64(offset);
            end.U32(0x07064b50);
            end.Skip(4);
            end.U64(offset + size);
            end.U32(1);
        }

        end.U32(0x06054b50);
        end.Skip(4);
        end.U16((ushort)Math.Min(count, ushort.MaxValue));
        end.U16((ushort)Math.Min(count, ushort.MaxValue));
        end.U32(Short(size));
        end.U32(Short(offset));
        return end.Then();
    }

    private static byte[] Field64(params long[] values)
    {
        var field = new Bytes(4 + (values.Length * sizeof(long)));
        field.U16(1);
        field.U16((ushort)(values.Length * sizeof(long)));
        values.ToList().ForEach(field.U64);
        return field.Then();
    }

    /// <summary>All ones say that the number is in the ZIP64 field, so the largest number needs it too.</summary>
    private static bool IsLong(long value) => value >= uint.MaxValue;

    private static uint Short(long value) => IsLong(value) ? uint.MaxValue : (uint)value;

    private sealed record Entry(byte[] Name, long Size, long Offset, uint Crc);

    /// <summary>Numbers one after the other, little-endian.</summary>
    private sealed class Bytes(int length)
    {
        private readonly byte[] _bytes = new byte[length];
        private int _at;

        public void Skip(int count) => _at += count;

        public void U16(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Take(sizeof(ushort)), value);

        public void U32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Take(sizeof(uint)), value);

        public void U64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(sizeof(long)), value);

        /// <summary>All of it, with these bytes at its end.</summary>
        public byte[] Then(params ReadOnlySpan<byte[]> rest)
        {
            foreach (var bytes in rest)
            {
                bytes.CopyTo(Take(bytes.Length));
            }

            return _bytes;
        }

        private Span<byte> Take(int count)
        {
            _at += count;
            return _bytes.AsSpan(_at - count, count);
        }
    }
}
