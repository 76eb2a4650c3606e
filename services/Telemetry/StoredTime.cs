namespace MoviesNow.Telemetry;

internal static class StoredTime
{
    /// <summary>The moment without what PostgreSQL does not keep: it counts microseconds, .NET tenths of them.</summary>
    public static DateTimeOffset ToStoredPrecision(this DateTimeOffset moment) => moment.AddTicks(-(moment.Ticks % TimeSpan.TicksPerMicrosecond));
}
