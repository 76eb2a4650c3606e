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

    /// <summary>Reads the directory of a ZIP and checks it.</summary>
    /// <param name="found">The object, as HEAD told it: the reads are bound to its size and ETag.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The verdict; null when the object is gone or was replaced meanwhile.</returns>
    /// <exception cref="StorageUnavailableException">Storage did not answer.</exception>
    public async Task<ZipVerdict?> InspectAsync(StoredObject found, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(found);
        try
        {
            return await InspectAsync(new ObjectZipSource(store, found), options.Value.Zip, cancellationToken);
        }
        catch (ObjectGoneException)
        {
            return null;
        }
    }

    /// <summary>Checks a file before it is uploaded, by the same rules.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">What it may unpack to.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Task<ZipVerdict> InspectFileAsync(string path, ZipLimits limits, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(limits);
        return InspectAsync(new FileZipSource(path), limits, cancellationToken);
    }

    private static async Task<ZipVerdict> InspectAsync(ZipSource source, ZipLimits limits, CancellationToken cancellationToken)
    {
        try
        {
            return new ZipVerdict(null, await ZipContents.ReadAsync(source, limits, cancellationToken));
        }
        catch (UnreadableZipException e)
        {
            return new ZipVerdict(e.Problem, []);
        }
    }
}
