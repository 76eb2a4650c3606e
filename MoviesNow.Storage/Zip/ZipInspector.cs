using Microsoft.Extensions.Options;

namespace MoviesNow.Storage;

/// <summary>
/// Decides whether an object is a ZIP that clients can read and unpack safely, by reading its directory only: a few ranged reads and
/// bounded memory, however large the object. Format: PKWARE's APPNOTE.TXT, ZIP64 included.
/// </summary>
/// <remarks>
/// What is refused, besides damage, is listed by <see cref="ZipRule"/> and explained in <c>docs/zip-rules.md</c>. Nothing is unpacked: what an
/// entry unpacks to is what its headers agree on.
/// </remarks>
public sealed class ZipInspector(IObjectStore store, IOptions<StorageOptions> options)
{
    /// <summary>The most entries that a ZIP may have.</summary>
    public const int MaxEntries = 20_000;

    /// <summary>The largest directory that is read, in bytes.</summary>
    public const int MaxDirectoryBytes = 16 * 1024 * 1024;

    private const int BufferSize = 64 * 1024;

    private readonly ZipLimits _limits = options.Value.Zip;

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
            return new ZipVerdict(e.Problem, []);
        }
        catch (ObjectGoneException)
        {
            return null;
        }
    }

    private async Task<List<ZipRecord>> ReadAsync(ZipSource source, ZipDirectory directory, CancellationToken cancellationToken)
    {
        if (directory.Count == 0)
            throw ZipRule.NoEntries.BrokenBy();
        if (directory.Count < 0)
            throw ZipRule.BrokenDirectory.BrokenBy("its number of entries is negative");
        if (directory.Count > MaxEntries)
            throw ZipRule.TooManyEntries.Exceeded(directory.Count, MaxEntries);
        if (directory.Size > MaxDirectoryBytes)
            throw ZipRule.DirectoryTooLarge.Exceeded(directory.Size, MaxDirectoryBytes);
        if (directory.Size < directory.Count * ZipRecord.FixedSize)
            throw ZipRule.EntryCountMismatch.BrokenBy("it has fewer");

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
                throw ZipRule.DuplicatePath.BrokenBy(entry: record.Entry.Path);
            ZipExpansion.CheckEntry(record.Entry, record.Entry.Path, _limits);
            records.Add(record);
        }

        if (rest != 0)
            throw ZipRule.EntryCountMismatch.BrokenBy("its directory has more");
        ZipExpansion.CheckTotal(records, _limits);
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
