namespace MoviesNow.ServiceDefaults.RateLimits;

/// <summary>Whether a call may go on; the default value says that it is not known yet.</summary>
internal readonly record struct RateDecision
{
    private readonly long _code;

    private RateDecision(long code) => _code = code;

    public static RateDecision Unknown => default;

    public static RateDecision Admitted => new(-1);

    public bool IsKnown => _code != 0;

    public bool IsAdmitted => _code < 0;

    /// <summary>How long to wait before a call is admitted.</summary>
    public TimeSpan RetryAfter => TimeSpan.FromMilliseconds(Math.Max(0, _code));

    public static RateDecision RefusedFor(long delayMs) => new(Math.Max(1, delayMs));
}
