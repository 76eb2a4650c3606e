using System.Threading.RateLimiting;

namespace MoviesNow.ServiceDefaults.RateLimits;

/// <summary>Whether a call may go on, and when to come again if not.</summary>
internal sealed class RateLease(bool isAcquired, TimeSpan retryAfter) : RateLimitLease
{
    /// <summary>Milliseconds that rounding may amount to.</summary>
    public const double Precision = 0.001;

    public static RateLease Admitted { get; } = new(true, TimeSpan.Zero);

    public override bool IsAcquired => isAcquired;

    public override IEnumerable<string> MetadataNames => isAcquired ? [] : [MetadataName.RetryAfter.Name];

    /// <summary>Rounded up to a millisecond.</summary>
    public static RateLease RefusedFor(double delayMs) => new(false, TimeSpan.FromMilliseconds(Math.Ceiling(delayMs - Precision)));

    public override bool TryGetMetadata(string metadataName, out object? metadata)
    {
        metadata = retryAfter;
        return !isAcquired && metadataName == MetadataName.RetryAfter.Name;
    }
}
