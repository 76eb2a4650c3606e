using System.Collections.Frozen;

namespace MoviesNow.Storage;

/// <summary>What a presigned GET makes storage answer instead of the object's own headers. Absent ones stay the object's.</summary>
public sealed record ResponseOverrides
{
    /// <summary><c>Content-Disposition</c>, such as an attachment with its file name.</summary>
    public string? ContentDisposition { get; init; }

    /// <summary><c>Content-Type</c></summary>
    public string? ContentType { get; init; }

    /// <summary><c>Cache-Control</c></summary>
    public string? CacheControl { get; init; }
}

/// <summary>What a presigned PUT binds: the client must send exactly this. Absent ones are left to the client.</summary>
public sealed record PutConditions
{
    /// <summary><c>Content-Type</c></summary>
    public string? ContentType { get; init; }

    /// <summary><c>Content-Length</c>, in bytes.</summary>
    public long? ContentLength { get; init; }

    /// <summary><c>x-amz-checksum-sha256</c>: storage refuses other bytes. Only where <see cref="StorageCapabilities.Checksums"/>.</summary>
    public Sha256Digest? Sha256 { get; init; }

    /// <summary><c>Cache-Control</c>, kept with the object.</summary>
    public string? CacheControl { get; init; }

    /// <summary>User metadata, kept with the object: names in lower case without <c>x-amz-meta-</c>, values in visible ASCII.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>Encryption at rest; <see cref="Encryption.None"/> asks for nothing.</summary>
    public Encryption Encryption { get; init; } = Encryption.None;

    /// <summary><c>If-None-Match: *</c>: storage refuses to overwrite. Only where <see cref="StorageCapabilities.ConditionalPut"/>.</summary>
    public bool IfAbsent { get; init; }
}

/// <summary>What a presigned part upload binds. Absent ones are left to the client.</summary>
public sealed record PartConditions
{
    /// <summary><c>Content-Length</c>, in bytes.</summary>
    public long? ContentLength { get; init; }

    /// <summary><c>x-amz-checksum-sha256</c> of the part. Only where <see cref="StorageCapabilities.Checksums"/>.</summary>
    public Sha256Digest? Sha256 { get; init; }
}
