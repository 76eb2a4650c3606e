namespace MoviesNow.ServiceDefaults.Idempotency;

/// <summary>How long and how much of a mutation is remembered; configuration section <c>Idempotency</c>.</summary>
public sealed class IdempotencyOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Idempotency";

    /// <summary>How long an answer can be had again: 24 hours to 7 days.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// How long a call whose replica died blocks its repetitions, 5 seconds to 5 minutes. A call that runs longer renews it.
    /// </summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The largest answer that is kept, in bytes, 1 KiB to 4 MiB. A larger one is given once, and its repetition is refused.</summary>
    public int MaxResponseBytes { get; set; } = 256 * 1024;

    /// <summary>How long a call waits for Redis before it runs without a record, 50 milliseconds to 2 seconds.</summary>
    public TimeSpan RedisTimeout { get; set; } = TimeSpan.FromMilliseconds(500);
}
