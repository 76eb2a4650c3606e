namespace MoviesNow.Telemetry.Qoe;

/// <summary>The lengths of time that sums are kept for.</summary>
internal enum QoeLevel
{
    Minute,
    Hour,
    Day,
}

/// <summary>A span of full minutes, hours or days, whose sums are read from that level.</summary>
internal sealed record QoeSegment(QoeLevel Level, DateTimeOffset From, DateTimeOffset Until);

internal static class QoeLevels
{
    /// <summary>The table of sums; that of sketches has <c>_startup</c> behind it.</summary>
    public static string Table(this QoeLevel level) => level switch
    {
        QoeLevel.Minute => "qoe_minute",
        QoeLevel.Hour => "qoe_hour",
        _ => "qoe_day",
    };

    public static TimeSpan Length(this QoeLevel level) => level switch
    {
        QoeLevel.Minute => TimeSpan.FromMinutes(1),
        QoeLevel.Hour => TimeSpan.FromHours(1),
        _ => TimeSpan.FromDays(1),
    };

    /// <summary>The begin of the minute, hour or day (UTC) that a moment is in.</summary>
    public static DateTimeOffset Floor(this QoeLevel level, DateTimeOffset moment) => moment.AddTicks(-(moment.UtcTicks % level.Length().Ticks));

    /// <summary>The segments that make up a span, in order: the coarsest that fit, and finer ones at its edges.</summary>
    /// <param name="level">The coarsest that may be used.</param>
    /// <param name="from">First moment, a full minute.</param>
    /// <param name="until">End, exclusive, a full minute.</param>
    public static IEnumerable<QoeSegment> Compose(QoeLevel level, DateTimeOffset from, DateTimeOffset until)
    {
        if (from >= until)
        {
            return [];
        }

        var end = level.Floor(until);
        var begin = level.Floor(from);
        begin = begin < from ? begin + level.Length() : begin;
        if (level is QoeLevel.Minute)
        {
            return [new QoeSegment(level, from, until)];
        }

        return begin < end
            ? [.. Compose(level - 1, from, begin), new QoeSegment(level, begin, end), .. Compose(level - 1, end, until)]
            : Compose(level - 1, from, until);
    }
}
