using Google.Protobuf.WellKnownTypes;

namespace MoviesNow.Catalog.Tests.Harness;

internal static class Times
{
    /// <summary>The time since the epoch, to subtract from another.</summary>
    public static TimeSpan ToTimeSpan(this Timestamp timestamp) => timestamp.ToDateTimeOffset() - DateTimeOffset.UnixEpoch;
}
