namespace MoviesNow.Storage;

/// <summary>What HEAD says about an object.</summary>
/// <param name="Key">The object.</param>
/// <param name="Size">In bytes.</param>
/// <param name="ETag">Without its quotes.</param>
/// <param name="ContentType">The type it was stored with; null when there is none.</param>
/// <param name="CacheControl">The header it was stored with; null when there is none.</param>
/// <param name="Sha256">The whole object's digest if storage verified and kept it; null otherwise, as for composite checksums.</param>
/// <param name="Encryption">The encryption that storage says it applied.</param>
/// <param name="Metadata">User metadata, names in lower case without <c>x-amz-meta-</c>.</param>
/// <param name="LastModified">UTC.</param>
public sealed record StoredObject(
    StorageKey Key,
    long Size,
    string ETag,
    string? ContentType,
    string? CacheControl,
    Sha256Digest? Sha256,
    Encryption Encryption,
    IReadOnlyDictionary<string, string> Metadata,
    DateTimeOffset LastModified);

/// <summary>An entry of a listing.</summary>
/// <param name="Key">The object; null when its name is none that <see cref="StorageKey"/> allows, so that it was not stored by this system.</param>
/// <param name="RawKey">The name as storage has it. For reports only.</param>
/// <param name="Size">In bytes.</param>
/// <param name="ETag">Without its quotes.</param>
/// <param name="LastModified">UTC.</param>
public sealed record ListedObject(StorageKey? Key, string RawKey, long Size, string ETag, DateTimeOffset LastModified);

/// <summary>Bytes of an object, from <paramref name="First"/> to <paramref name="Last"/>, both included; an absent last one means up to the end.</summary>
/// <param name="First">Offset of the first byte, from 0.</param>
/// <param name="Last">Offset of the last byte.</param>
public sealed record ByteRange(long First, long? Last = null);

/// <summary>What to store with an object.</summary>
public sealed record ObjectHeaders
{
    /// <summary><c>Content-Type</c></summary>
    public string? ContentType { get; init; }

    /// <summary><c>Cache-Control</c></summary>
    public string? CacheControl { get; init; }

    /// <summary>Encryption at rest; null for the configured default.</summary>
    public Encryption? Encryption { get; init; }

    /// <summary>User metadata: names in lower case without <c>x-amz-meta-</c>, values in ASCII.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
