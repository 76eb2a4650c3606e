using System.Buffers.Binary;

namespace MoviesNow.Storage;

/// <summary>How the entries lie in the file: no two share bytes, none reaches into the directory, and local headers repeat what the directory says.</summary>
internal static class ZipLayout
{
    private const uint LocalSignature = 0x04034b50;
    private const int LocalFixedSize = 30;

    /// <summary>Each local header is a request; the digest of the whole file vouches for the rest.</summary>
    private const int MaxLocalHeaders = 32;

    public static async Task CheckAsync(ZipSource source, List<ZipRecord> records, long directoryOffset, CancellationToken cancellationToken)
    {
        var byOffset = records.OrderBy(static record => record.Offset).ToList();
        for (var i = 0; i < byOffset.Count; i++)
        {
            var limit = i + 1 < byOffset.Count ? byOffset[i + 1].Offset : directoryOffset;
            if (byOffset[i].Offset > limit || byOffset[i].Entry.CompressedSize > limit || byOffset[i].End > limit)
                throw new UnreadableZipException("has entries that overlap");
        }

        foreach (var record in byOffset.Take(MaxLocalHeaders))
            CheckLocal(record, await source.ReadAsync(record.Offset, LocalFixedSize + record.Name.Length, cancellationToken));
    }

    private static void CheckLocal(ZipRecord record, ReadOnlySpan<byte> local)
    {
        var same = BinaryPrimitives.ReadUInt32LittleEndian(local) == LocalSignature
            && BinaryPrimitives.ReadUInt16LittleEndian(local[8..]) == record.Method
            && BinaryPrimitives.ReadUInt16LittleEndian(local[26..]) == record.Name.Length
            && local[LocalFixedSize..].SequenceEqual(record.Name);
        if (!same)
            throw new UnreadableZipException("has a local header that contradicts its directory");
    }
}
