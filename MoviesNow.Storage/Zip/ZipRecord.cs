using System.Buffers.Binary;
using System.Text;

namespace MoviesNow.Storage;

/// <summary>One record of a central directory (APPNOTE 4.3.12), taken apart and held against <see cref="ZipEntryRules"/>.</summary>
/// <param name="Entry">What the record says.</param>
/// <param name="Name">The name's bytes, as the local header repeats them.</param>
/// <param name="Offset">Where the local header is.</param>
/// <param name="Method">The compression method.</param>
internal sealed record ZipRecord(ZipFileEntry Entry, byte[] Name, long Offset, ushort Method)
{
    public const int FixedSize = 46;
    private const uint Signature = 0x02014b50;
    private const int LocalFixedSize = 30;
    private const ushort Zip64Extra = 0x0001;
    private const ushort UnicodePathExtra = 0x7075;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The first byte that cannot belong to this entry any more; its local header may have extra fields beyond.</summary>
    public long End => Offset + LocalFixedSize + Name.Length + Entry.CompressedSize;

    /// <summary>How many bytes follow the fixed ones: name, extra fields and comment.</summary>
    public static int VariableSize(ReadOnlySpan<byte> fixedPart) => ReadU32(fixedPart, 0) == Signature
        ? NameLength(fixedPart) + ExtraLength(fixedPart) + ReadU16(fixedPart, 32)
        : throw new UnreadableZipException("has a broken directory");

    public static ZipRecord Read(ReadOnlySpan<byte> fixedPart, ReadOnlySpan<byte> variablePart)
    {
        var name = variablePart[..NameLength(fixedPart)];
        var extra = variablePart.Slice(name.Length, ExtraLength(fixedPart));
        var compressed = (long)ReadU32(fixedPart, 20);
        var size = (long)ReadU32(fixedPart, 24);
        var offset = (long)ReadU32(fixedPart, 42);
        var disk = (uint)ReadU16(fixedPart, 34);
        ReadExtra(extra, name, ref size, ref compressed, ref offset, ref disk);

        var entry = new ZipFileEntry(Path(name), size, compressed, ReadU32(fixedPart, 16));
        var record = new ZipRecord(entry, name.ToArray(), offset, ReadU16(fixedPart, 10));
        ZipEntryRules.Check(record, flags: ReadU16(fixedPart, 8), disk, unixMode: fixedPart[5] == 3 ? ReadU32(fixedPart, 38) >> 16 : 0);
        return record;
    }

    private static int NameLength(ReadOnlySpan<byte> fixedPart) => ReadU16(fixedPart, 28);

    private static int ExtraLength(ReadOnlySpan<byte> fixedPart) => ReadU16(fixedPart, 30);

    private static void ReadExtra(
        ReadOnlySpan<byte> extra, ReadOnlySpan<byte> name, ref long size, ref long compressed, ref long offset, ref uint disk)
    {
        while (extra.Length >= 4)
        {
            var (id, length) = (ReadU16(extra, 0), ReadU16(extra, 2));
            if (length > extra.Length - 4)
                throw new UnreadableZipException("has a broken extra field");

            var field = extra.Slice(4, length);
            if (id == Zip64Extra)
                ReadZip64(field, ref size, ref compressed, ref offset, ref disk);
            if (id == UnicodePathExtra && (length < 5 || !field[5..].SequenceEqual(name)))
                throw new UnreadableZipException("gives an entry two names");
            extra = extra[(4 + length)..];
        }
    }

    /// <summary>Has, in this order, just the values for which the record has only ones.</summary>
    private static void ReadZip64(ReadOnlySpan<byte> field, ref long size, ref long compressed, ref long offset, ref uint disk)
    {
        if (size == uint.MaxValue)
            size = Take64(ref field);
        if (compressed == uint.MaxValue)
            compressed = Take64(ref field);
        if (offset == uint.MaxValue)
            offset = Take64(ref field);
        if (disk == ushort.MaxValue && field.Length >= 4)
            disk = ReadU32(field, 0);
    }

    private static long Take64(ref ReadOnlySpan<byte> field)
    {
        if (field.Length < 8)
            throw new UnreadableZipException("has a broken extra field");

        var value = BinaryPrimitives.ReadInt64LittleEndian(field);
        field = field[8..];
        return value >= 0 ? value : throw new UnreadableZipException("claims an impossible size");
    }

    private static string Path(ReadOnlySpan<byte> name)
    {
        try
        {
            return Utf8.GetString(name);
        }
        catch (DecoderFallbackException)
        {
            throw new UnreadableZipException("has a name that is not UTF-8");
        }
    }

    private static ushort ReadU16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint ReadU32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
}
