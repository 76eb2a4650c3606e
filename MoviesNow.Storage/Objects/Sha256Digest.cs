using System.Diagnostics.CodeAnalysis;

namespace MoviesNow.Storage;

/// <summary>A SHA-256 digest: hexadecimal in contracts and databases, base64 in S3's headers.</summary>
public sealed record Sha256Digest
{
    /// <summary>The digest's size in bytes.</summary>
    public const int Size = 32;

    private Sha256Digest(ReadOnlySpan<byte> digest)
    {
        Hex = Convert.ToHexStringLower(digest);
        Base64 = Convert.ToBase64String(digest);
    }

    /// <summary>64 hexadecimal digits in lower case.</summary>
    public string Hex { get; }

    /// <summary>44 characters of base64, as <c>x-amz-checksum-sha256</c> carries it.</summary>
    public string Base64 { get; }

    /// <summary>The digest that these bytes are.</summary>
    /// <exception cref="ArgumentException">There are not exactly 32 bytes.</exception>
    public static Sha256Digest FromBytes(ReadOnlySpan<byte> digest) =>
        digest.Length == Size ? new Sha256Digest(digest) : throw new ArgumentException("A SHA-256 digest has 32 bytes.", nameof(digest));

    /// <summary>Reads 64 hexadecimal digits, in either case.</summary>
    public static bool TryParseHex([NotNullWhen(true)] string? hex, [NotNullWhen(true)] out Sha256Digest? digest)
    {
        Span<byte> bytes = stackalloc byte[Size];
        var valid = hex?.Length == 2 * Size && Convert.FromHexString(hex, bytes, out _, out _) is System.Buffers.OperationStatus.Done;
        digest = valid ? new Sha256Digest(bytes) : null;
        return valid;
    }

    /// <summary>Reads base64. A composite checksum of a multipart upload (<c>…-3</c>) is no digest of the object, and is refused.</summary>
    public static bool TryParseBase64([NotNullWhen(true)] string? base64, [NotNullWhen(true)] out Sha256Digest? digest)
    {
        Span<byte> bytes = stackalloc byte[Size];
        var valid = base64?.Length == 44 && Convert.TryFromBase64String(base64, bytes, out var written) && written == Size;
        digest = valid ? new Sha256Digest(bytes) : null;
        return valid;
    }

    /// <inheritdoc/>
    public override string ToString() => Hex;
}
