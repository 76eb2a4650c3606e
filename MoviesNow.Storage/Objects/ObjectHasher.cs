using System.Buffers;
using System.Security.Cryptography;

namespace MoviesNow.Storage;

/// <summary>Computes the SHA-256 of an object by reading it, in constant memory, for storage that keeps no checksum to trust.</summary>
public sealed class ObjectHasher(IObjectStore store)
{
    private const int BufferSize = 128 * 1024;

    /// <summary>The digest and size of the object with this ETag; null when it is gone or was replaced.</summary>
    /// <param name="key">The object.</param>
    /// <param name="ifETag">The ETag that the object must have; null for any.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="StorageUnavailableException">Storage did not answer, or stopped in the middle.</exception>
    public Task<HashedObject?> HashAsync(StorageKey key, string? ifETag, CancellationToken cancellationToken) =>
        HashAsync(key, ifETag, static _ => { }, cancellationToken);

    /// <summary>The same.</summary>
    /// <param name="key">The object.</param>
    /// <param name="ifETag">The ETag that the object must have; null for any.</param>
    /// <param name="progress">Is told after each piece how many bytes were read up to there.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="StorageUnavailableException">Storage did not answer, or stopped in the middle.</exception>
    public async Task<HashedObject?> HashAsync(StorageKey key, string? ifETag, Action<long> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(progress);
        await using var content = await store.OpenReadAsync(key, range: null, ifETag, cancellationToken);
        if (content is null)
            return null;

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            long size = 0;
            int read;
            while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
            {
                hash.AppendData(buffer.AsSpan(0, read));
                size += read;
                progress(size);
            }

            return new HashedObject(Sha256Digest.FromBytes(hash.GetHashAndReset()), size);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

/// <summary>What an object's bytes are.</summary>
/// <param name="Sha256">Their digest.</param>
/// <param name="Size">How many there are.</param>
public sealed record HashedObject(Sha256Digest Sha256, long Size);
