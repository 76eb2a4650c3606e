using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;

namespace MoviesNow.Storage;

/// <summary>Computes the SHA-256 of each file in a ZIP by reading the ZIP once, from its beginning to its end, in constant memory.</summary>
public sealed class ZipHasher(IObjectStore store)
{
    private const int BufferSize = 128 * 1024;

    /// <summary>The digests by path; of a file that does not unpack to the size that it should have, null.</summary>
    /// <param name="found">The object, as HEAD told it.</param>
    /// <param name="entries">What <see cref="ZipInspector"/> found in it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Null when the object is gone or was replaced meanwhile.</returns>
    /// <exception cref="StorageUnavailableException">Storage did not answer, or stopped in the middle.</exception>
    public async Task<IReadOnlyDictionary<string, Sha256Digest?>?> HashAsync(
        StoredObject found, IReadOnlyList<ZipFileEntry> entries, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(found);
        ArgumentNullException.ThrowIfNull(entries);
        await using var content = await store.OpenReadAsync(found.Key, range: null, found.ETag, cancellationToken);
        if (content is null)
            return null;

        var digests = new Dictionary<string, Sha256Digest?>(StringComparer.Ordinal);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var zip = new ForwardReader(content, buffer);
            foreach (var entry in entries.Where(static entry => !entry.IsFolder).OrderBy(static entry => entry.Offset))
                digests[entry.Path] = await HashAsync(zip, entry, cancellationToken);
            return digests;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<Sha256Digest?> HashAsync(ForwardReader zip, ZipFileEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Offset < zip.Position)
            return null;

        await zip.SkipToAsync(entry.Offset, cancellationToken);
        var header = await zip.TakeAsync(ZipLocalHeader.FixedSize, cancellationToken);
        var begin = zip.Position + BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(26)) + BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(28));
        await zip.SkipToAsync(begin, cancellationToken);
        zip.End = begin + entry.CompressedSize;
        var digest = entry.IsDeflated ? await InflateAsync(zip, entry.Size, cancellationToken) : await HashAsync(zip, entry.Size, cancellationToken);
        await zip.SkipToAsync(zip.End, cancellationToken);
        zip.End = long.MaxValue;
        return digest;
    }

    private static async Task<Sha256Digest?> InflateAsync(ForwardReader zip, long size, CancellationToken cancellationToken)
    {
        try
        {
            await using var inflated = new DeflateStream(zip, CompressionMode.Decompress, leaveOpen: true);
            return await HashAsync(inflated, size, cancellationToken);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Null when there are more or fewer bytes; no more than one too many is unpacked.</summary>
    private static async Task<Sha256Digest?> HashAsync(Stream content, long size, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int read;
            while ((read = await content.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, size + 1)), cancellationToken)) > 0)
            {
                size -= read;
                if (size < 0)
                    return null;
                hash.AppendData(buffer, 0, read);
            }

            return size == 0 ? Sha256Digest.FromBytes(hash.GetHashAndReset()) : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
