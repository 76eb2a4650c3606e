namespace MoviesNow.Storage;

/// <summary>Who holds the key that an object is encrypted with at rest.</summary>
public enum EncryptionMode
{
    /// <summary>Nothing is asked for; the bucket's own default applies.</summary>
    None,

    /// <summary>SSE-S3: the server, <c>x-amz-server-side-encryption: AES256</c>.</summary>
    Managed,

    /// <summary>SSE-KMS: a key management service, <c>x-amz-server-side-encryption: aws:kms</c>.</summary>
    Kms,
}

/// <summary>The server-side encryption of one object.</summary>
public sealed record Encryption
{
    private Encryption(EncryptionMode mode, string? kmsKeyId) => (Mode, KmsKeyId) = (mode, kmsKeyId);

    /// <summary>Nothing is asked for; the bucket's own default applies.</summary>
    public static Encryption None { get; } = new(EncryptionMode.None, null);

    /// <summary>SSE-S3.</summary>
    public static Encryption Managed { get; } = new(EncryptionMode.Managed, null);

    /// <summary>Who holds the key.</summary>
    public EncryptionMode Mode { get; }

    /// <summary>The key's id or ARN with <see cref="EncryptionMode.Kms"/>; null for the account's default key.</summary>
    public string? KmsKeyId { get; }

    /// <summary>SSE-KMS.</summary>
    /// <param name="keyId">The key's id or ARN; null for the account's default key.</param>
    public static Encryption Kms(string? keyId) => new(EncryptionMode.Kms, keyId);
}

/// <summary>The encryption asked for when a request does not say, section <c>Storage:Encryption</c>.</summary>
public sealed class EncryptionOptions
{
    /// <summary><c>None</c> (default), <c>Managed</c> (AES256) or <c>Kms</c> (aws:kms).</summary>
    public EncryptionMode Mode { get; set; }

    /// <summary>The key's id or ARN, with <c>Kms</c> only; absent for the account's default key.</summary>
    public string? KmsKeyId { get; set; }

    internal Encryption ToEncryption() => Mode switch
    {
        EncryptionMode.Managed => Encryption.Managed,
        EncryptionMode.Kms => Encryption.Kms(string.IsNullOrEmpty(KmsKeyId) ? null : KmsKeyId),
        _ => Encryption.None,
    };
}
