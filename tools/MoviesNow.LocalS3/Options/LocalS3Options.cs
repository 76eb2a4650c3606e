namespace MoviesNow.LocalS3;

/// <summary>Settings of the endpoint, section <c>LocalS3</c>. Wrong values stop the start with a message that names the key.</summary>
public sealed class LocalS3Options
{
    /// <summary>The configuration section that the options are bound from.</summary>
    public const string Section = "LocalS3";

    /// <summary>Where buckets and objects are kept. Created when missing; one process at a time may use it. Required.</summary>
    public string DataDirectory { get; set; } = "";

    /// <summary>The access key id that clients sign with: 3–128 letters, digits, <c>_</c>, <c>-</c> or <c>.</c>. Required.</summary>
    public string AccessKey { get; set; } = "";

    /// <summary>The secret that clients sign with, at least 8 characters. Never logged. Required.</summary>
    public string SecretKey { get; set; } = "";

    /// <summary>The region that signatures must name.</summary>
    public string Region { get; set; } = "us-east-1";

    /// <summary>Buckets that are created at the start when missing. In configuration a list, or one value with commas.</summary>
    public IList<string> Buckets { get; set; } = [];

    /// <summary>Origins that browsers may call from on a bucket without a CORS configuration of its own; <c>*</c> for any. One <c>*</c> is allowed inside an origin.</summary>
    public IList<string> CorsOrigins { get; set; } = [];

    /// <summary>Base domain of virtual-host style addresses: with <c>s3.localhost</c>, the host <c>movies.s3.localhost</c> is the bucket <c>movies</c>. Path style always works.</summary>
    public string? Domain { get; set; }

    /// <summary>Whether a write reaches the disk before it is acknowledged. Off only for throw-away data: a power cut may then lose objects, a killed process does not.</summary>
    public bool Fsync { get; set; } = true;

    /// <summary>How often lifecycle rules are applied.</summary>
    public TimeSpan LifecycleInterval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long a lifecycle "day" lasts. Shorter values let tests see an expiry.</summary>
    public TimeSpan LifecycleDay { get; set; } = TimeSpan.FromDays(1);
}
