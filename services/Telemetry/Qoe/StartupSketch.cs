namespace MoviesNow.Telemetry.Qoe;

/// <summary>
/// Buckets of startup times, from which percentiles follow within <see cref="RelativeAccuracy"/>. Counts of buckets add up and can be
/// taken back, so sketches of minutes, hours and replicas merge without loss. It is the logarithmic mapping of DDSketch (Masson, Rim and
/// Lee, "DDSketch: A fast and fully-mergeable quantile sketch with relative-error guarantees", VLDB 2019).
/// </summary>
internal static class StartupSketch
{
    /// <summary>How far an estimate may be from the true value.</summary>
    public const double RelativeAccuracy = 0.01;

    /// <summary>The longest time that is told apart, in milliseconds: an hour.</summary>
    public const int MaxMilliseconds = 3_600_000;

    private static readonly double Gamma = (1 + RelativeAccuracy) / (1 - RelativeAccuracy);
    private static readonly double LogGamma = Math.Log(Gamma);

    /// <summary>The bucket of a time in milliseconds: 0 up to one millisecond, then one for each step by a factor of gamma.</summary>
    public static short BucketOf(long milliseconds) =>
        (short)Math.Ceiling(Math.Log(Math.Clamp(milliseconds, 1, MaxMilliseconds)) / LogGamma);

    /// <summary>The time in milliseconds that stands for a bucket.</summary>
    public static double MillisecondsOf(short bucket) => bucket == 0 ? 1 : 2 * Math.Pow(Gamma, bucket) / (Gamma + 1);
}
