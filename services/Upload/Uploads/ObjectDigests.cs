using MoviesNow.Storage;

namespace MoviesNow.Upload.Uploads;

/// <summary>Digests of objects that storage keeps no trustworthy checksum of.</summary>
internal sealed class ObjectDigests(ObjectHasher hasher, SharedReads<Sha256Digest> reads, CheckProgress progress)
{
    /// <summary>The digest of an object as HEAD told it; null when it was replaced or deleted.</summary>
    /// <exception cref="StorageUnavailableException">Storage did not answer, or stopped in the middle.</exception>
    public Task<Sha256Digest?> OfAsync(StoredObject found, CancellationToken cancellationToken) =>
        reads.OfAsync(found, async token => (await hasher.HashAsync(found.Key, found.ETag, progress.Of(found), token))?.Sha256, cancellationToken);
}
