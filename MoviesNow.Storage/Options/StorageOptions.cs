namespace MoviesNow.Storage;

/// <summary>Where the media bucket is and how to reach it, section <c>Storage</c>. Read once, when the process starts.</summary>
public sealed class StorageOptions
{
    /// <summary>The section's name.</summary>
    public const string SectionName = "Storage";

    /// <summary>The largest object that S3 stores: 5 TiB.</summary>
    public const long S3MaxObjectBytes = 5L << 40;

    /// <summary>The kind of server; it presets <see cref="Capabilities"/> and <see cref="ForcePathStyle"/>.</summary>
    public StorageBackend Backend { get; set; }

    /// <summary>The address that services use, such as <c>http://localhost:9000</c>. May be absent with <see cref="StorageBackend.Aws"/>, where the region tells it.</summary>
    public string? ServiceUrl { get; set; }

    /// <summary>The address that clients reach; presigned URLs carry it. <see cref="ServiceUrl"/> when absent.</summary>
    public string? PublicUrl { get; set; }

    /// <summary>The bucket's name.</summary>
    public string Bucket { get; set; } = "";

    /// <summary>The region that requests are signed for.</summary>
    public string Region { get; set; } = "us-east-1";

    /// <summary>The access key's id.</summary>
    public string AccessKeyId { get; set; } = "";

    /// <summary>The access key's secret.</summary>
    public string SecretAccessKey { get; set; } = "";

    /// <summary>The token that belongs to temporary credentials.</summary>
    public string? SessionToken { get; set; }

    /// <summary>True for <c>host/bucket/key</c>, false for <c>bucket.host/key</c>; absent for what suits <see cref="Backend"/>.</summary>
    public bool? ForcePathStyle { get; set; }

    /// <summary>How long opening a connection may take.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long one attempt of a request without a body may take, and how long a download may stall.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an operation may take, all its attempts together.</summary>
    public TimeSpan OperationTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long storing an object through the service, or completing a multipart upload, may take.</summary>
    public TimeSpan TransferTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How often an idempotent operation is tried again after a transient failure.</summary>
    public int MaxRetries { get; set; } = 2;

    /// <summary>For how long the circuit stays open once storage keeps failing; calls fail at once meanwhile.</summary>
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The largest object that may be uploaded, in bytes: at most <see cref="S3MaxObjectBytes"/>.</summary>
    public long MaxObjectBytes { get; set; } = S3MaxObjectBytes;

    /// <summary>For how long <see cref="HeadCache"/> remembers that an object exists. Zero switches it off.</summary>
    public TimeSpan HeadCacheDuration { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The encryption asked for when a request does not say.</summary>
    public EncryptionOptions Encryption { get; set; } = new();

    /// <summary>What the server can do, where it differs from the preset.</summary>
    public CapabilityOptions Capabilities { get; set; } = new();

    /// <summary>What a ZIP may unpack to.</summary>
    public ZipLimits Zip { get; set; } = new();

    internal S3Address ServiceAddress => S3Address.Of(this, ServiceUrl);

    internal S3Address PublicAddress => S3Address.Of(this, string.IsNullOrEmpty(PublicUrl) ? ServiceUrl : PublicUrl);

    internal bool PathStyle => ForcePathStyle ?? Backend is not StorageBackend.Aws;
}
