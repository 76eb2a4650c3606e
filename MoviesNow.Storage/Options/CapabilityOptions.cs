namespace MoviesNow.Storage;

/// <summary>
/// What the S3 server can do, section <c>Storage:Capabilities</c>. A setting that is absent takes the preset of <see cref="StorageOptions.Backend"/>.
/// </summary>
public sealed class CapabilityOptions
{
    /// <summary>PUT honours <c>If-None-Match: *</c>. Without it, an object is looked for before a URL is signed, which leaves a short race.</summary>
    public bool? ConditionalPut { get; set; }

    /// <summary>CompleteMultipartUpload honours <c>If-None-Match: *</c>. Without it, the object is looked for just before completing.</summary>
    public bool? ConditionalComplete { get; set; }

    /// <summary>DELETE honours <c>If-Match</c>. Without it, the object is looked at just before it is deleted.</summary>
    public bool? ConditionalDelete { get; set; }

    /// <summary><c>x-amz-checksum-*</c> is verified, kept and returned. Without it, finalizing an upload reads the object to hash it.</summary>
    public bool? Checksums { get; set; }

    /// <summary>Encryption with keys of the server, <c>AES256</c> (SSE-S3), is really applied.</summary>
    public bool? ManagedEncryption { get; set; }

    /// <summary>Encryption with keys of a key management service, <c>aws:kms</c> (SSE-KMS), is really applied.</summary>
    public bool? KmsEncryption { get; set; }

    /// <summary>Lifecycle rules (abort incomplete multipart uploads, expire a prefix) can be installed.</summary>
    public bool? Lifecycle { get; set; }
}

/// <summary>What the S3 server can do, presets and settings taken together.</summary>
/// <inheritdoc cref="CapabilityOptions"/>
public sealed record StorageCapabilities(
    bool ConditionalPut,
    bool ConditionalComplete,
    bool ConditionalDelete,
    bool Checksums,
    bool ManagedEncryption,
    bool KmsEncryption,
    bool Lifecycle)
{
    private static readonly StorageCapabilities Everything = new(true, true, true, true, true, true, true);

    /// <summary>What a server of this kind can do, as measured.</summary>
    public static StorageCapabilities Preset(StorageBackend backend) => backend switch
    {
        StorageBackend.Ceph => Everything with { ConditionalComplete = false, ConditionalDelete = false, Checksums = false, ManagedEncryption = false },
        _ => Everything,
    };

    internal static StorageCapabilities Of(StorageOptions options)
    {
        var preset = Preset(options.Backend);
        var set = options.Capabilities;
        return new StorageCapabilities(
            set.ConditionalPut ?? preset.ConditionalPut,
            set.ConditionalComplete ?? preset.ConditionalComplete,
            set.ConditionalDelete ?? preset.ConditionalDelete,
            set.Checksums ?? preset.Checksums,
            set.ManagedEncryption ?? preset.ManagedEncryption,
            set.KmsEncryption ?? preset.KmsEncryption,
            set.Lifecycle ?? preset.Lifecycle);
    }
}
