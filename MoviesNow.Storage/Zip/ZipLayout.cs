namespace MoviesNow.Storage;

/// <summary>How the entries lie in the file: no two share bytes, none reaches into the directory, and local headers repeat what the directory says.</summary>
internal static class ZipLayout
{
    /// <summary>Entries that lie far apart cost a request each; what is behind the last one is not looked at.</summary>
    private const int MaxRequests = 256;

    public static async Task CheckAsync(ZipSource source, List<ZipRecord> records, long directoryOffset, CancellationToken cancellationToken)
    {
        var byOffset = records.OrderBy(static record => record.Offset).ToList();
        for (var i = 0; i < byOffset.Count; i++)
        {
            var (record, limit) = (byOffset[i], LimitOf(i));
            if (record.Offset > limit || record.Entry.CompressedSize > limit || record.End > limit)
                throw ZipRule.OverlappingEntries.BrokenBy(entry: record.Entry.Path);
        }

        var window = new ZipWindow(source);
        for (var i = 0; i < byOffset.Count && window.Requests < MaxRequests; i++)
            await ZipLocalHeader.CheckAsync(window, byOffset[i], LimitOf(i), cancellationToken);

        long LimitOf(int index) => index + 1 < byOffset.Count ? byOffset[index + 1].Offset : directoryOffset;
    }
}
