using System.Buffers.Binary;
using System.Text;

namespace MoviesNow.Storage.Tests.Zip;

/// <summary>An entry whose headers say what a test wants; without more, all of them say the same.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Data">Its bytes as they lie in the file: garbage will do, for nobody unpacks them.</param>
internal sealed record RawEntry(string Name, byte[] Data)
{
    public ushort Method { get; init; } = 8;

    public ushort Flags { get; init; }

    /// <summary>The flags in the local header.</summary>
    public ushort? LocalFlags { get; init; }

    public uint Crc { get; init; } = 0x12345678;

    public long Size { get; init; } = 1;

    /// <summary>As the directory says.</summary>
    public long CompressedSize { get; init; } = Data.Length;

    /// <summary>Checksum, compressed and unpacked size in the local header.</summary>
    public (uint Crc, long Compressed, long Size)? Local { get; init; }

    /// <summary>Whether both headers have the sizes in a ZIP64 field.</summary>
    public bool Zip64 { get; init; }

    /// <summary>Extra fields of the local header, before that of ZIP64.</summary>
    public byte[] LocalExtra { get; init; } = [];

    /// <summary>What lies behind the data.</summary>
    public byte[] Descriptor { get; init; } = [];
}

/// <summary>Writes ZIPs byte by byte (APPNOTE 4.3).</summary>
internal static class RawZip
{
    /// <summary>Says that a data descriptor follows.</summary>
    public const ushort Streamed = 0x0008;

    public static byte[] Make(params RawEntry[] entries)
    {
        var (file, directory) = (new MemoryStream(), new MemoryStream());
        foreach (var entry in entries)
        {
            var offset = (uint)file.Position;
            WriteLocal(file, entry);
            file.Write(entry.Data);
            file.Write(entry.Descriptor);
            WriteRecord(directory, entry, offset);
        }

        var end = new byte[ZipBytes.EndSize];
        BinaryPrimitives.WriteUInt32LittleEndian(end, 0x06054b50);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(8), (ushort)entries.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(10), (ushort)entries.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(12), (uint)directory.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(16), (uint)file.Length);
        return [.. file.ToArray(), .. directory.ToArray(), .. end];
    }

    /// <summary>A data descriptor.</summary>
    public static byte[] Descriptor(uint crc, long compressed, long size, bool hasSignature, bool isWide)
    {
        var bytes = new List<byte>();
        if (hasSignature)
            bytes.AddRange("PK\u0007\u0008"u8);
        bytes.AddRange(BitConverter.GetBytes(crc));
        foreach (var value in new[] { compressed, size })
            bytes.AddRange(isWide ? BitConverter.GetBytes(value) : BitConverter.GetBytes((uint)value));
        return [.. bytes];
    }

    private static void WriteLocal(MemoryStream file, RawEntry entry)
    {
        var (crc, compressed, size) = entry.Local ?? (entry.Crc, entry.CompressedSize, entry.Size);
        var name = Encoding.UTF8.GetBytes(entry.Name);
        byte[] extra = [.. entry.LocalExtra, .. entry.Zip64 ? Field64(size, compressed) : []];
        var header = new byte[30];
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0x04034b50);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(6), entry.LocalFlags ?? entry.Flags);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), entry.Method);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(14), crc);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(18), entry.Zip64 ? uint.MaxValue : (uint)compressed);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(22), entry.Zip64 ? uint.MaxValue : (uint)size);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(26), (ushort)name.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(28), (ushort)extra.Length);
        file.Write([.. header, .. name, .. extra]);
    }

    private static void WriteRecord(MemoryStream directory, RawEntry entry, uint offset)
    {
        var name = Encoding.UTF8.GetBytes(entry.Name);
        byte[] extra = entry.Zip64 ? Field64(entry.Size, entry.CompressedSize) : [];
        var record = new byte[46];
        BinaryPrimitives.WriteUInt32LittleEndian(record, 0x02014b50);
        BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(8), entry.Flags);
        BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(10), entry.Method);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(16), entry.Crc);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(20), entry.Zip64 ? uint.MaxValue : (uint)entry.CompressedSize);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(24), entry.Zip64 ? uint.MaxValue : (uint)entry.Size);
        BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(28), (ushort)name.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(30), (ushort)extra.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(42), offset);
        directory.Write([.. record, .. name, .. extra]);
    }

    private static byte[] Field64(long size, long compressed) =>
        [1, 0, 16, 0, .. BitConverter.GetBytes(size), .. BitConverter.GetBytes(compressed)];
}
