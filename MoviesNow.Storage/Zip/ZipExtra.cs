using System.Buffers.Binary;

namespace MoviesNow.Storage;

/// <summary>The extra fields of a header (APPNOTE 4.5).</summary>
internal static class ZipExtra
{
    public const ushort Zip64 = 0x0001;
    public const ushort UnicodePath = 0x7075;

    private const int HeaderSize = 4;

    /// <summary>Where each field's content is. Bytes at the end that are too few for a field are padding.</summary>
    public static List<(ushort Id, Range Content)> Fields(ReadOnlySpan<byte> extra, string entry)
    {
        var fields = new List<(ushort, Range)>();
        for (var at = 0; extra.Length - at >= HeaderSize;)
        {
            var id = BinaryPrimitives.ReadUInt16LittleEndian(extra[at..]);
            var end = at + HeaderSize + BinaryPrimitives.ReadUInt16LittleEndian(extra[(at + 2)..]);
            if (end > extra.Length)
                throw Broken(entry);

            fields.Add((id, (at + HeaderSize)..end));
            at = end;
        }

        return fields;
    }

    /// <summary>Takes the next 64-bit value of a ZIP64 field.</summary>
    public static long Take64(ref ReadOnlySpan<byte> field, string entry)
    {
        if (field.Length < sizeof(long))
            throw Broken(entry);

        var value = BinaryPrimitives.ReadInt64LittleEndian(field);
        field = field[sizeof(long)..];
        return value >= 0 ? value : throw ZipRule.ImpossibleSize.BrokenBy("a size or offset is negative", entry);
    }

    private static UnreadableZipException Broken(string entry) => ZipRule.BrokenDirectory.BrokenBy("an extra field is too short", entry);
}
