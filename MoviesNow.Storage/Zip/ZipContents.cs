namespace MoviesNow.Storage;

/// <summary>Reads and checks a ZIP: the end records, the directory, then what stands around each entry's data.</summary>
internal static class ZipContents
{
    /// <summary>Which paths are the same: there are file systems that do not tell upper and lower case apart.</summary>
    public static readonly StringComparer Paths = StringComparer.OrdinalIgnoreCase;

    private const int BufferSize = 64 * 1024;

    /// <summary>The entries, in the order of the directory.</summary>
    /// <exception cref="UnreadableZipException">A rule is broken.</exception>
    public static async Task<IReadOnlyList<ZipFileEntry>> ReadAsync(ZipSource source, ZipLimits limits, CancellationToken cancellationToken)
    {
        var directory = await ZipDirectory.FindAsync(source, cancellationToken);
        var records = await ReadAsync(source, directory, limits, cancellationToken);
        await ZipLayout.CheckAsync(source, records, directory.Offset, cancellationToken);
        return [.. records.Select(static record => record.Entry)];
    }

    private static async Task<List<ZipRecord>> ReadAsync(
        ZipSource source, ZipDirectory directory, ZipLimits limits, CancellationToken cancellationToken)
    {
        if (directory.Count == 0)
            throw ZipRule.NoEntries.BrokenBy();
        if (directory.Count < 0)
            throw ZipRule.BrokenDirectory.BrokenBy("its number of entries is negative");
        if (directory.Count > ZipInspector.MaxEntries)
            throw ZipRule.TooManyEntries.Exceeded(directory.Count, ZipInspector.MaxEntries);
        if (directory.Size > ZipInspector.MaxDirectoryBytes)
            throw ZipRule.DirectoryTooLarge.Exceeded(directory.Size, ZipInspector.MaxDirectoryBytes);
        if (directory.Size < directory.Count * ZipRecord.FixedSize)
            throw ZipRule.EntryCountMismatch.BrokenBy("it has fewer");

        await using var content = new BufferedStream(await source.OpenAsync(directory.Offset, directory.Size, cancellationToken), BufferSize);
        var records = new List<ZipRecord>((int)directory.Count);
        var paths = new HashSet<string>((int)directory.Count, Paths);
        var rest = directory.Size;
        while (records.Count < directory.Count)
        {
            var fixedPart = await TakeAsync(ZipRecord.FixedSize);
            var variablePart = await TakeAsync(ZipRecord.VariableSize(fixedPart));
            var record = ZipRecord.Read(fixedPart, variablePart);
            if (!paths.Add(record.Entry.Path.TrimEnd('/')))
                throw ZipRule.DuplicatePath.BrokenBy(entry: record.Entry.Path);
            ZipExpansion.CheckEntry(record.Entry, record.Entry.Path, limits);
            records.Add(record);
        }

        if (rest != 0)
            throw ZipRule.EntryCountMismatch.BrokenBy("its directory has more");
        ZipExpansion.CheckTotal(records, limits);
        return records;

        async Task<byte[]> TakeAsync(int length)
        {
            rest -= length;
            if (rest < 0)
                throw ZipRule.EntryCountMismatch.BrokenBy("it has fewer");

            var bytes = new byte[length];
            await ZipSource.FillAsync(content, bytes, cancellationToken);
            return bytes;
        }
    }
}
