namespace MoviesNow.Storage;

/// <summary>
/// Decides whether an object is a ZIP that clients can read and unpack safely, by reading its directory only: a few ranged reads and
/// bounded memory, however large the object. Format: PKWARE's APPNOTE.TXT, ZIP64 included.
/// </summary>
/// <remarks>
/// Refused besides damage: encryption, splitting, methods other than stored and deflated, paths that leave their folder, the same path twice
/// (in any case), symbolic links, entries that overlap, sizes that deflate cannot reach, and more than <see cref="MaxEntries"/> entries.
/// </remarks>
public sealed class ZipInspector(IObjectStore store)
{
    /// <summary>The most entries that a ZIP may have.</summary>
    public const int MaxEntries = 20_000;

    /// <summary>The largest directory that is read, in bytes.</summary>
    public const int MaxDirectoryBytes = 16 * 1024 * 1024;

    private const int BufferSize = 64 * 1024;

    /// <summary>Reads the directory of a ZIP and checks it.</summary>
    /// <param name="found">The object, as HEAD told it: the reads are bound to its size and ETag.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The verdict; null when the object is gone or was replaced meanwhile.</returns>
    /// <exception cref="StorageUnavailableException">Storage did not answer.</exception>
    public async Task<ZipVerdict?> InspectAsync(StoredObject found, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(found);
        var source = new ZipSource(store, found);
        try
        {
            var directory = await ZipDirectory.FindAsync(source, cancellationToken);
            var records = await ReadAsync(source, directory, cancellationToken);
            await ZipLayout.CheckAsync(source, records, directory.Offset, cancellationToken);
            return new ZipVerdict(null, [.. records.Select(static record => record.Entry)]);
        }
        catch (UnreadableZipException e)
        {
            return new ZipVerdict(e.Message, []);
        }
        catch (ObjectGoneException)
        {
            return null;
        }
    }

    private static async Task<List<ZipRecord>> ReadAsync(ZipSource source, ZipDirectory directory, CancellationToken cancellationToken)
    {
        if (directory.Count == 0)
            throw new UnreadableZipException("has no entries");
        if (directory.Count is < 0 or > MaxEntries || directory.Size > MaxDirectoryBytes)
            throw new UnreadableZipException("has too many entries");
        if (directory.Size < directory.Count * ZipRecord.FixedSize)
            throw new UnreadableZipException("has fewer entries than it says");

        await using var content = new BufferedStream(await source.OpenAsync(directory.Offset, directory.Size, cancellationToken), BufferSize);
        var records = new List<ZipRecord>((int)directory.Count);
        var paths = new HashSet<string>((int)directory.Count, StringComparer.OrdinalIgnoreCase);
        var rest = directory.Size;
        while (records.Count < directory.Count)
        {
            var fixedPart = await TakeAsync(ZipRecord.FixedSize);
            var variablePart = await TakeAsync(ZipRecord.VariableSize(fixedPart));
            var record = ZipRecord.Read(fixedPart, variablePart);
            if (!paths.Add(record.Entry.Path.TrimEnd('/')))
                throw new UnreadableZipException("has the same path twice");
            records.Add(record);
        }

        return rest == 0 ? records : throw new UnreadableZipException("has more in its directory than it says");

        async Task<byte[]> TakeAsync(int length)
        {
            rest -= length;
            if (rest < 0)
                throw new UnreadableZipException("has fewer entries than it says");

            var bytes = new byte[length];
            await ZipSource.FillAsync(content, bytes, cancellationToken);
            return bytes;
        }
    }
}
