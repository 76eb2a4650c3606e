using System.Buffers.Binary;

namespace MoviesNow.Telemetry.Sessions;

/// <summary>
/// What UUIDv7 (RFC 9562) means for sessions: its first 48 bits are the moment of the start in milliseconds since 1970, so that
/// ids sort by time and a range of time is a range of ids.
/// </summary>
internal static class SessionIds
{
    private const int TimeBytes = 6;
    private const int IdBytes = 16;

    /// <summary>The least id of the sessions that start at or after a moment.</summary>
    public static Guid FirstAt(DateTimeOffset moment)
    {
        var elapsed = moment.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;
        var milliseconds = Math.Max(0, (elapsed + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond);
        Span<byte> bytes = stackalloc byte[IdBytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, milliseconds << ((sizeof(long) - TimeBytes) * 8));
        return new Guid(bytes, bigEndian: true);
    }
}
