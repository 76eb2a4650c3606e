using System.Runtime.InteropServices;

namespace MoviesNow.ServiceDefaults.RateLimits;

/// <summary>
/// The arithmetic of a sliding window that needs two counts: of the current window of the clock, and of the one before, which
/// weighs less the further the current one has come. What it assumes is that the earlier permits were spread evenly; no window
/// of the clock ever has more than the limit. All is in whole milliseconds and rounded against the caller.
/// </summary>
/// <param name="Permits">Permits per window, 1 to <see cref="MaxPermits"/>.</param>
/// <param name="LengthMs">Length of a window in milliseconds, up to an hour.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SlidingWindow(long Permits, long LengthMs)
{
    /// <summary>So that products of permits and milliseconds fit.</summary>
    public const long MaxPermits = 1_000_000_000_000;

    /// <summary>Number of the window that a time (milliseconds since 1970) is in.</summary>
    public long IndexOf(long nowMs) => nowMs / LengthMs;

    /// <summary>Milliseconds of a window that have passed; 0 before its begin, as a clock that was set back a little says.</summary>
    public long ElapsedOf(long index, long nowMs) => Math.Clamp(nowMs - (index * LengthMs), 0, LengthMs - 1);

    /// <summary>How many permits the current window may have given by now.</summary>
    /// <param name="previous">Permits of the window before; what exceeds the limit was refused, and does not count.</param>
    /// <param name="elapsedMs">Milliseconds of the current window that have passed.</param>
    public long Allowance(long previous, long elapsedMs) => Permits - Ceiling(Capped(previous) * (LengthMs - elapsedMs), LengthMs);

    /// <summary>Milliseconds until one permit more may be given, if nobody else takes it; 0 when it may be given now.</summary>
    /// <param name="previous">Permits of the window before.</param>
    /// <param name="current">Permits that the current window has given.</param>
    /// <param name="elapsedMs">Milliseconds of the current window that have passed.</param>
    public long DelayOfNext(long previous, long current, long elapsedMs)
    {
        var fits = FirstFit(Capped(previous), Capped(current));
        return fits < LengthMs
            ? Math.Max(0, fits - elapsedMs)
            : LengthMs - elapsedMs + FirstFit(Capped(current), 0);
    }

    /// <summary>The first millisecond of a window at which one permit more fits; its length when none does.</summary>
    private long FirstFit(long previous, long current)
    {
        var room = Permits - current - 1;
        if (room < 0)
        {
            return LengthMs;
        }

        return room >= previous ? 0 : LengthMs - (room * LengthMs / previous);
    }

    private long Capped(long count) => Math.Clamp(count, 0, Permits);

    private static long Ceiling(long dividend, long divisor) => (dividend + divisor - 1) / divisor;
}
