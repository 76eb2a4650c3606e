namespace MoviesNow.Storage;

/// <summary>Holds what a ZIP unpacks to against <see cref="ZipLimits"/>.</summary>
internal static class ZipExpansion
{
    public static void CheckEntry(ZipFileEntry entry, string name, ZipLimits limits)
    {
        if (entry.Size > limits.RatioFreeBytes)
            CheckRatio(ZipRule.EntryRatio, entry.Size, entry.CompressedSize, limits.MaxEntryRatio, name);
    }

    public static void CheckTotal(IEnumerable<ZipRecord> records, ZipLimits limits)
    {
        // Twenty thousand times the largest size of ZIP64 is more than a long holds.
        Int128 size = 0;
        Int128 compressed = 0;
        foreach (var record in records)
        {
            size += record.Entry.Size;
            compressed += record.Entry.CompressedSize;
        }

        if (size > limits.MaxUnpackedBytes)
            throw ZipRule.UnpackedSize.Exceeded((long)Int128.Min(size, long.MaxValue), limits.MaxUnpackedBytes);
        if (size > limits.RatioFreeBytes)
            CheckRatio(ZipRule.TotalRatio, size, compressed, limits.MaxTotalRatio, entry: null);
    }

    private static void CheckRatio(ZipRule rule, Int128 size, Int128 compressed, int limit, string? entry)
    {
        if (size <= compressed * limit)
            return;

        // Rounded up, so that it is more than the limit.
        var ratio = compressed == 0 ? size : (size + compressed - 1) / compressed;
        throw rule.Exceeded((long)Int128.Min(ratio, long.MaxValue), limit, entry);
    }
}
