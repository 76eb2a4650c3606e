namespace MoviesNow.Catalog.Bundles;

/// <summary>How long a bundle may be delivered.</summary>
internal static class BundleExpiry
{
    public static readonly TimeSpan Default = TimeSpan.FromDays(14);
    public static readonly TimeSpan Min = TimeSpan.FromDays(1);
    public static readonly TimeSpan Max = TimeSpan.FromDays(60);

    // "In exactly one day" is a little less when it arrives, and clocks differ.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    public static bool MayReserve(DateTimeOffset expireTime, DateTimeOffset now) => expireTime >= now + Min - Tolerance && MayUpdate(expireTime, now);

    /// <summary>A change may end a bundle at once, so only the far end is checked here; the database refuses times before the creation.</summary>
    public static bool MayUpdate(DateTimeOffset expireTime, DateTimeOffset now) => expireTime <= now + Max + Tolerance;
}
