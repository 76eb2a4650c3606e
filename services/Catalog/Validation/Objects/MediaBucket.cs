using MoviesNow.Storage;

namespace MoviesNow.Catalog.Validation.Objects;

/// <summary>The objects below a prefix.</summary>
/// <param name="Sizes">Bytes by key.</param>
/// <param name="IsCut">True when there are more than were listed.</param>
internal sealed record FolderListing(IReadOnlyDictionary<string, long> Sizes, bool IsCut);

/// <summary>The bucket, to be read only and in bounded portions.</summary>
internal sealed class MediaBucket(IObjectStore store, ObjectLimits limits)
{
    /// <summary>Bytes of an object; null when there is none.</summary>
    public async Task<long?> SizeAsync(string key, CancellationToken cancellationToken) =>
        StorageKey.TryParse(key, out var parsed) ? (await store.HeadAsync(parsed, cancellationToken))?.Size : null;

    /// <summary>The bytes of a playlist, at most one more than a playlist may have; null when there is no object.</summary>
    public async Task<byte[]?> ReadPlaylistAsync(string key, CancellationToken cancellationToken)
    {
        if (!StorageKey.TryParse(key, out var parsed))
        {
            return null;
        }

        await using var content = await store.OpenReadAsync(parsed, new ByteRange(0, limits.MaxPlaylistBytes), ifETag: null, cancellationToken);
        if (content is null)
        {
            return null;
        }

        var buffer = new byte[16 << 10];
        using var bytes = new MemoryStream();
        // A server that ignores ranges must not fill the memory.
        while (bytes.Length <= limits.MaxPlaylistBytes && await content.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            bytes.Write(buffer, 0, count);
        }

        return bytes.ToArray();
    }

    /// <summary>The objects whose keys begin with a prefix.</summary>
    public async Task<FolderListing> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        var sizes = new Dictionary<string, long>(StringComparer.Ordinal);
        await foreach (var found in store.ListAsync(prefix, cancellationToken).WithCancellation(cancellationToken))
        {
            if (sizes.Count == limits.MaxObjects)
            {
                return new(sizes, IsCut: true);
            }

            sizes[found.RawKey] = found.Size;
        }

        return new(sizes, IsCut: false);
    }
}
