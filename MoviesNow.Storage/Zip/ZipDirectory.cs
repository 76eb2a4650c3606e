using System.Buffers.Binary;

namespace MoviesNow.Storage;

/// <summary>Where a ZIP's central directory is, from the records at its end (APPNOTE 4.3.14 to 4.3.16), ZIP64 or not.</summary>
/// <param name="Offset">Where the directory begins.</param>
/// <param name="Size">How many bytes it has.</param>
/// <param name="Count">How many entries it has.</param>
internal sealed record ZipDirectory(long Offset, long Size, long Count)
{
    private const uint EndSignature = 0x06054b50;
    private const int EndSize = 22;
    private const uint LocatorSignature = 0x07064b50;
    private const int LocatorSize = 20;
    private const uint End64Signature = 0x06064b50;
    private const int End64Size = 56;
    private const int MaxComment = ushort.MaxValue;

    public static async Task<ZipDirectory> FindAsync(ZipSource source, CancellationToken cancellationToken)
    {
        if (source.Size < EndSize)
            throw ZipRule.NotAZip.BrokenBy("it is too short");

        var tail = await source.ReadAsync(
            Math.Max(0, source.Size - EndSize - MaxComment - LocatorSize),
            (int)Math.Min(source.Size, EndSize + MaxComment + LocatorSize),
            cancellationToken);
        var end = FindEnd(tail);
        var endOffset = source.Size - tail.Length + end;
        var (directory, isFull) = Read(tail.AsSpan(end, EndSize));
        var isHere = directory.Offset == endOffset - directory.Size;
        if (HasLocator(tail, end))
        {
            // Some writers add the ZIP64 records although the short one has room for everything. They lie behind the directory, not in it.
            if (isHere && !isFull)
                throw ZipRule.AmbiguousEnd.BrokenBy("its directory ends like a ZIP64 record");
            (directory, endOffset) = await Read64Async(source, tail, end, endOffset, cancellationToken);
        }
        else if (isFull && !isHere)
        {
            throw ZipRule.BrokenDirectory.BrokenBy("it has no ZIP64 locator where it needs one");
        }

        return directory.Offset >= 0 && directory.Size >= 0 && directory.Offset == endOffset - directory.Size
            ? directory
            : throw ZipRule.BrokenDirectory.BrokenBy("it lies elsewhere than the end record says");
    }

    /// <summary>The end record's comment reaches exactly to the end. Where two do, readers disagree about which one counts.</summary>
    private static int FindEnd(ReadOnlySpan<byte> tail)
    {
        var found = -1;
        var isFollowed = false;
        for (var i = tail.Length - EndSize; i >= 0; i--)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(tail[i..]) != EndSignature)
                continue;
            var after = tail.Length - i - EndSize - BinaryPrimitives.ReadUInt16LittleEndian(tail[(i + 20)..]);
            isFollowed |= after > 0;
            if (after != 0)
                continue;
            if (found >= 0)
                throw ZipRule.AmbiguousEnd.BrokenBy("there are two, and the comment of one holds the other");
            found = i;
        }

        return found >= 0 ? found : throw ZipRule.NotAZip.BrokenBy(isFollowed ? "other bytes follow its end" : "it has no end of central directory");
    }

    /// <summary>
    /// The short record. A field of only ones is in the ZIP64 record; where there is none, it is just the largest number: not every writer
    /// of 65,535 entries uses ZIP64.
    /// </summary>
    private static (ZipDirectory Directory, bool IsFull) Read(ReadOnlySpan<byte> end)
    {
        var disk = BinaryPrimitives.ReadUInt16LittleEndian(end[4..]);
        var directoryDisk = BinaryPrimitives.ReadUInt16LittleEndian(end[6..]);
        var countHere = BinaryPrimitives.ReadUInt16LittleEndian(end[8..]);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(end[10..]);
        var size = BinaryPrimitives.ReadUInt32LittleEndian(end[12..]);
        var offset = BinaryPrimitives.ReadUInt32LittleEndian(end[16..]);
        var isFull = ushort.MaxValue == Math.Max(Math.Max(disk, directoryDisk), Math.Max(countHere, count)) || uint.MaxValue == Math.Max(size, offset);
        var isWhole = disk == 0 && directoryDisk == 0 && countHere == count;
        if (!isFull && !isWhole)
            throw ZipRule.Split.BrokenBy();

        // With another number for each disk it can only be in the ZIP64 record.
        return (new ZipDirectory(isWhole ? offset : -1, size, count), isFull);
    }

    private static bool HasLocator(byte[] tail, int end) =>
        end >= LocatorSize && BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end - LocatorSize)) == LocatorSignature;

    private static async Task<(ZipDirectory Directory, long EndOffset)> Read64Async(
        ZipSource source, byte[] tail, int end, long endOffset, CancellationToken cancellationToken)
    {
        var locator = end - LocatorSize;
        if (BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(locator + 4)) != 0 || BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(locator + 16)) > 1)
            throw ZipRule.Split.BrokenBy();

        var offset = BinaryPrimitives.ReadInt64LittleEndian(tail.AsSpan(locator + 8));
        var record = await source.ReadAsync(offset, End64Size, cancellationToken);
        var size = BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(4));
        if (BinaryPrimitives.ReadUInt32LittleEndian(record) != End64Signature || size < End64Size - 12 || size != endOffset - LocatorSize - offset - 12)
            throw ZipRule.BrokenDirectory.BrokenBy("its ZIP64 end record is not where the locator says");

        return Agrees(tail.AsSpan(end), record)
            ? (Read64(record), offset)
            : throw ZipRule.AmbiguousEnd.BrokenBy("one of ZIP64, and one without");
    }

    /// <summary>What the short record says itself, the ZIP64 record must say too: some readers believe the one, some the other.</summary>
    private static bool Agrees(ReadOnlySpan<byte> end, ReadOnlySpan<byte> record)
    {
        return Short(end[4..], BinaryPrimitives.ReadUInt32LittleEndian(record[16..]))
            && Short(end[6..], BinaryPrimitives.ReadUInt32LittleEndian(record[20..]))
            && Short(end[8..], BinaryPrimitives.ReadUInt64LittleEndian(record[24..]))
            && Short(end[10..], BinaryPrimitives.ReadUInt64LittleEndian(record[32..]))
            && Long(end[12..], BinaryPrimitives.ReadUInt64LittleEndian(record[40..]))
            && Long(end[16..], BinaryPrimitives.ReadUInt64LittleEndian(record[48..]));

        static bool Short(ReadOnlySpan<byte> field, ulong value) =>
            BinaryPrimitives.ReadUInt16LittleEndian(field) is var own && (own == ushort.MaxValue || own == value);

        static bool Long(ReadOnlySpan<byte> field, ulong value) =>
            BinaryPrimitives.ReadUInt32LittleEndian(field) is var own && (own == uint.MaxValue || own == value);
    }

    private static ZipDirectory Read64(ReadOnlySpan<byte> record)
    {
        var disks = BinaryPrimitives.ReadUInt64LittleEndian(record[16..]);
        var countHere = BinaryPrimitives.ReadInt64LittleEndian(record[24..]);
        var count = BinaryPrimitives.ReadInt64LittleEndian(record[32..]);
        return disks == 0 && countHere == count
            ? new ZipDirectory(BinaryPrimitives.ReadInt64LittleEndian(record[48..]), BinaryPrimitives.ReadInt64LittleEndian(record[40..]), count)
            : throw ZipRule.Split.BrokenBy();
    }
}
