using Google.Protobuf.WellKnownTypes;

namespace MoviesNow.Telemetry.Events;

/// <summary>The times that a player's clock may tell: those that a device without a set clock or with a mistyped year has, no nonsense.</summary>
internal static class ClientTimes
{
    public const string Requirement = "must be a timestamp from 1970 to 2199";

    private const int MaxNanos = 999_999_999;

    private static readonly long End = new DateTimeOffset(2200, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();

    public static bool Contains(Timestamp time) => time.Seconds >= 0 && time.Seconds < End && time.Nanos is >= 0 and <= MaxNanos;
}
