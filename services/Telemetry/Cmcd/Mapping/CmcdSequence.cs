namespace MoviesNow.Telemetry.Cmcd;

/// <summary>The numbers of events that reports become. The same report always has the same number, so that reading it again changes nothing.</summary>
internal static class CmcdSequence
{
    /// <summary>The greatest number of an event that follows from a time: 23 days after the session's start.</summary>
    public const int MaxFromTime = 2_000_000_000;

    /// <summary>The greatest number of an event that follows from a report's own.</summary>
    public const int MaxFromNumber = 10_000_000;

    /// <summary>By the report's own number, which begins with 0 whenever a player begins; null when that is out of range.</summary>
    /// <param name="first">The number of the first event: what the session's start told.</param>
    /// <param name="number">The report's number.</param>
    public static long? FromNumber(long first, decimal number) => number >= 0 && number + first <= MaxFromNumber ? (long)number + first : null;

    /// <summary>By the time since the session's start, in milliseconds; null when that is before it, or too long ago.</summary>
    /// <param name="start">The session's start, by the clock of the other time.</param>
    /// <param name="time">When the report was made.</param>
    public static long? FromTime(DateTimeOffset start, DateTimeOffset time)
    {
        var elapsed = (time.UtcTicks - start.UtcTicks) / TimeSpan.TicksPerMillisecond;
        return elapsed is >= 0 and < MaxFromTime ? elapsed + 1 : null;
    }
}
