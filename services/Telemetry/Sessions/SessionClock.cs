using System.Runtime.InteropServices;
using MoviesNow.Telemetry.Events;

namespace MoviesNow.Telemetry.Sessions;

/// <summary>
/// Tells when the events of a session happened by the server's clock: the player's clock, corrected by what it was off when the
/// session started. A time that cannot be after that is replaced by the time when the event arrived.
/// </summary>
/// <param name="Start">When the session started by the server's clock.</param>
/// <param name="ClientStart">The same moment by the player's clock; null when the player did not tell.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SessionClock(DateTimeOffset Start, DateTimeOffset? ClientStart)
{
    private static readonly TimeSpan TrustedOffset = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>What the player's clock was behind the server's.</summary>
    public TimeSpan Offset => ClientStart is { } clientStart ? Start - clientStart : TimeSpan.Zero;

    /// <summary>Whether the clock was off by more than the way of a call explains.</summary>
    public bool IsOff => Offset.Duration() > TrustedOffset;

    /// <summary>Whether the corrected time of an event lies between the session's start and the event's arrival, give or take five minutes.</summary>
    public bool IsPlausible(PlayerEvent happened)
    {
        var ticks = CorrectedTicks(happened);
        return ticks >= Start.UtcTicks - Tolerance.Ticks && ticks <= happened.ReceiveTime.UtcTicks + Tolerance.Ticks;
    }

    /// <summary>When an event happened.</summary>
    public DateTimeOffset TimeOf(PlayerEvent happened) =>
        IsPlausible(happened) ? new DateTimeOffset(CorrectedTicks(happened), TimeSpan.Zero) : happened.ReceiveTime;

    private long CorrectedTicks(PlayerEvent happened) => happened.ClientTime.UtcTicks + Offset.Ticks;
}
