using System.Buffers.Binary;

namespace MoviesNow.Storage;

/// <summary>
/// Holds what stands before and behind an entry's data, its local header (APPNOTE 4.3.7) and data descriptor (4.3.9), against the
/// directory: some readers believe the one, some the other.
/// </summary>
internal static class ZipLocalHeader
{
    public const int FixedSize = 30;

    private const uint Signature = 0x04034b50;
    private const uint DescriptorSignature = 0x08074b50;
    private const int LongestDescriptor = 24;
    private const int DescriptorFlag = 0x0008;

    /// <summary>Checks one entry.</summary>
    /// <param name="window">The ZIP's bytes.</param>
    /// <param name="record">What the directory says.</param>
    /// <param name="limit">Where the next entry, or the directory, begins.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task CheckAsync(ZipWindow window, ZipRecord record, long limit, CancellationToken cancellationToken)
    {
        var path = record.Entry.Path;
        var header = await window.ReadAsync(record.Offset, FixedSize + record.Name.Length, cancellationToken);
        if (Difference(header.Span, record) is { } difference)
            throw ZipRule.LocalHeaderMismatch.BrokenBy(difference, path);

        var extraLength = BinaryPrimitives.ReadUInt16LittleEndian(header.Span[28..]);
        var dataEnd = record.End + extraLength;
        if (dataEnd > limit)
            throw ZipRule.OverlappingEntries.BrokenBy(entry: path);

        var hasDescriptor = (BinaryPrimitives.ReadUInt16LittleEndian(header.Span[6..]) & DescriptorFlag) != 0;
        var whole = await window.ReadAsync(record.Offset, header.Length + extraLength, cancellationToken);
        if (!SaysTheSame(whole.Span, header.Length, record, orNothing: hasDescriptor))
            throw ZipRule.LocalHeaderMismatch.BrokenBy("the sizes or the checksum differ", path);
        if (!hasDescriptor)
            return;

        var descriptor = await window.ReadAsync(dataEnd, (int)Math.Min(LongestDescriptor, limit - dataEnd), cancellationToken);
        if (!IsDescriptor(descriptor.Span, record.Entry))
            throw ZipRule.DataDescriptorMismatch.BrokenBy(entry: path);
    }

    private static string? Difference(ReadOnlySpan<byte> header, ZipRecord record)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != Signature)
            return "it is not where the directory says";
        if (BinaryPrimitives.ReadUInt16LittleEndian(header[26..]) != record.Name.Length || !header[FixedSize..].SequenceEqual(record.Name))
            return "the names differ";
        if (BinaryPrimitives.ReadUInt16LittleEndian(header[8..]) != record.Method)
            return "the compression methods differ";

        return ((BinaryPrimitives.ReadUInt16LittleEndian(header[6..]) ^ record.Flags) & ZipRecord.EncryptionFlags) != 0 ? "only one says that it is encrypted" : null;
    }

    /// <summary>With a data descriptor, which repeats them, the values may be zero: they were not known yet.</summary>
    private static bool SaysTheSame(ReadOnlySpan<byte> header, int extraAt, ZipRecord record, bool orNothing)
    {
        var crc = BinaryPrimitives.ReadUInt32LittleEndian(header[14..]);
        long compressed = BinaryPrimitives.ReadUInt32LittleEndian(header[18..]);
        long size = BinaryPrimitives.ReadUInt32LittleEndian(header[22..]);
        var extra = header[extraAt..];
        foreach (var field in ZipExtra.Fields(extra, record.Entry.Path))
        {
            var content = extra[field.Content];
            if (field.Id == ZipExtra.Zip64 && size == uint.MaxValue)
                size = ZipExtra.Take64(ref content, record.Entry.Path);
            if (field.Id == ZipExtra.Zip64 && compressed == uint.MaxValue)
                compressed = ZipExtra.Take64(ref content, record.Entry.Path);
        }

        return Same(crc, record.Entry.Crc32) && Same(compressed, record.Entry.CompressedSize) && Same(size, record.Entry.Size);

        bool Same(long own, long directory) => own == directory || (orNothing && own == 0);
    }

    /// <summary>The signature may be missing, and the sizes have 32 or 64 bits; nothing says which.</summary>
    private static bool IsDescriptor(ReadOnlySpan<byte> bytes, ZipFileEntry entry)
    {
        var isSigned = bytes.Length >= 4 && BinaryPrimitives.ReadUInt32LittleEndian(bytes) == DescriptorSignature;
        return Matches(bytes) || (isSigned && Matches(bytes[4..]));

        bool Matches(ReadOnlySpan<byte> values) => values.Length >= 12 && BinaryPrimitives.ReadUInt32LittleEndian(values) == entry.Crc32
            && ((BinaryPrimitives.ReadUInt32LittleEndian(values[4..]) == entry.CompressedSize && BinaryPrimitives.ReadUInt32LittleEndian(values[8..]) == entry.Size)
                || (values.Length >= 20 && BinaryPrimitives.ReadInt64LittleEndian(values[4..]) == entry.CompressedSize
                    && BinaryPrimitives.ReadInt64LittleEndian(values[12..]) == entry.Size));
    }
}
