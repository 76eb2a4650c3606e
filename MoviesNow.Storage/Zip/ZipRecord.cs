using System.Buffers.Binary;
using System.Text;

namespace MoviesNow.Storage;

/// <summary>One record of a central directory (APPNOTE 4.3.12), taken apart and held against <see cref="ZipEntryRules"/>.</summary>
/// <param name="Entry">What the record says.</param>
/// <param name="Name">The name's bytes, as the local header repeats them.</param>
/// <param name="Offset">Where the local header is.</param>
/// <param name="Method">The compression method.</param>
/// <param name="Flags">The general purpose bits.</param>
internal sealed record ZipRecord(ZipFileEntry Entry, byte[] Name, long Offset, ushort Method, ushort Flags)
{
    public const int FixedSize = 46;

    /// <summary>Encrypted, strongly encrypted, and hidden directory.</summary>
    public const int EncryptionFlags = 0x0001 | 0x0040 | 0x2000;

    private const uint Signature = 0x02014b50;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The first byte that cannot belong to this entry any more; its local header may have extra fields beyond.</summary>
    public long End => Offset + ZipLocalHeader.FixedSize + Name.Length + Entry.CompressedSize;

    /// <summary>How many bytes follow the fixed ones: name, extra fields and comment.</summary>
    public static int VariableSize(ReadOnlySpan<byte> fixedPart) => ReadU32(fixedPart, 0) == Signature
        ? NameLength(fixedPart) + ExtraLength(fixedPart) + ReadU16(fixedPart, 32)
        : throw ZipRule.BrokenDirectory.BrokenBy("a record has no signature");

    public static ZipRecord Read(ReadOnlySpan<byte> fixedPart, ReadOnlySpan<byte> variablePart)
    {
        var name = variablePart[..NameLength(fixedPart)];
        var extra = variablePart.Slice(name.Length, ExtraLength(fixedPart));
        var compressed = (long)ReadU32(fixedPart, 20);
        var size = (long)ReadU32(fixedPart, 24);
        var offset = (long)ReadU32(fixedPart, 42);
        var disk = (uint)ReadU16(fixedPart, 34);
        var path = Path(name);
        foreach (var field in ZipExtra.Fields(extra, path))
        {
            if (field.Id == ZipExtra.Zip64)
                ReadZip64(extra[field.Content], path, ref size, ref compressed, ref offset, ref disk);
            if (field.Id == ZipExtra.UnicodePath && (extra[field.Content].Length < 5 || !extra[field.Content][5..].SequenceEqual(name)))
                throw ZipRule.TwoNames.BrokenBy(entry: path);
        }

        var method = ReadU16(fixedPart, 10);
        var entry = new ZipFileEntry(path, size, compressed, ReadU32(fixedPart, 16)) { Offset = offset, IsDeflated = method == ZipEntryRules.Deflated };
        var record = new ZipRecord(entry, name.ToArray(), offset, method, ReadU16(fixedPart, 8));
        ZipEntryRules.Check(record, disk, unixMode: fixedPart[5] == 3 ? ReadU32(fixedPart, 38) >> 16 : 0);
        return record;
    }

    private static int NameLength(ReadOnlySpan<byte> fixedPart) => ReadU16(fixedPart, 28);

    private static int ExtraLength(ReadOnlySpan<byte> fixedPart) => ReadU16(fixedPart, 30);

    /// <summary>Has, in this order, just the values for which the record has only ones.</summary>
    private static void ReadZip64(ReadOnlySpan<byte> field, string entry, ref long size, ref long compressed, ref long offset, ref uint disk)
    {
        if (size == uint.MaxValue)
            size = ZipExtra.Take64(ref field, entry);
        if (compressed == uint.MaxValue)
            compressed = ZipExtra.Take64(ref field, entry);
        if (offset == uint.MaxValue)
            offset = ZipExtra.Take64(ref field, entry);
        if (disk == ushort.MaxValue && field.Length >= 4)
            disk = ReadU32(field, 0);
    }

    private static string Path(ReadOnlySpan<byte> name)
    {
        try
        {
            return Utf8.GetString(name);
        }
        catch (DecoderFallbackException)
        {
            throw ZipRule.NameEncoding.BrokenBy(entry: Encoding.UTF8.GetString(name));
        }
    }

    private static ushort ReadU16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint ReadU32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
}
