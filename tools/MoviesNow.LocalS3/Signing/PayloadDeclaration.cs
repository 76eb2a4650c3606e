using MoviesNow.LocalS3.Errors;

namespace MoviesNow.LocalS3.Signing;

/// <summary>What <c>x-amz-content-sha256</c> says of the body: how it is framed, and how it is proven.</summary>
internal sealed record PayloadDeclaration
{
    public const string Unsigned = "UNSIGNED-PAYLOAD";

    /// <summary>The value as sent, which the signature covers.</summary>
    public required string Value { get; init; }

    /// <summary>The body's SHA-256 in hexadecimal, when it was signed as a whole.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Whether the body is framed as aws-chunked.</summary>
    public bool Chunked { get; init; }

    /// <summary>Whether checksum headers follow the last chunk.</summary>
    public bool Trailer { get; init; }

    /// <summary>Verifies each chunk; null when chunks are not signed.</summary>
    public ChunkSigner? Signer { get; init; }

    /// <exception cref="S3Exception">The value is none of the documented ones.</exception>
    public static PayloadDeclaration Parse(string value) => value switch
    {
        Unsigned => new PayloadDeclaration { Value = value },
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER" => new PayloadDeclaration { Value = value, Chunked = true, Trailer = true },
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" => new PayloadDeclaration { Value = value, Chunked = true },
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" => new PayloadDeclaration { Value = value, Chunked = true, Trailer = true },
        { Length: 64 } when value.All(char.IsAsciiHexDigit) => new PayloadDeclaration { Value = value, Sha256 = value.ToLowerInvariant() },
        _ => throw S3Errors.InvalidArgument("x-amz-content-sha256 must be UNSIGNED-PAYLOAD, a STREAMING value or a SHA-256 in hexadecimal.").Throw(),
    };

    /// <summary>Whether each chunk carries a signature.</summary>
    public bool SignedChunks => Value.StartsWith("STREAMING-AWS4", StringComparison.Ordinal);
}
