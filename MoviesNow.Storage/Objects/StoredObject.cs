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
    DateTimeOffset LastModified)
{
    /// <summary><c>Content-Encoding</c> without <c>aws-chunked</c>, which frames a request and is no property of the object; null when there is none.</summary>
    public string? ContentEncoding { get; init; }

    /// <summary><c>Content-Language</c>; null when there is none.</summary>
    public string? ContentLanguage { get; init; }

    /// <summary><c>Content-Disposition</c>; null when there is none.</summary>
    public string? ContentDisposition { get; init; }

    /// <summary><c>Expires</c> as it was sent; null when there is none.</summary>
    public string? Expires { get; init; }

    /// <summary><c>x-amz-website-redirect-location</c>; null when there is none.</summary>
    public string? WebsiteRedirect { get; init; }
}

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

    /// <summary>
    /// With a multipart upload: every part comes with its SHA-256, which storage verifies and keeps. Only where
    /// <see cref="StorageCapabilities.Checksums"/>; parts without one cannot be completed then.
    /// </summary>
    public bool PartSha256 { get; init; }
}
