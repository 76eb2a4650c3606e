namespace MoviesNow.Telemetry.Qoe;

/// <summary>How quality is summed up and kept; configuration section <c>Telemetry:Qoe</c>.</summary>
public sealed class QoeOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Telemetry:Qoe";

    /// <summary>Time between two roll-ups while there is little to do, 50 milliseconds to 1 minute.</summary>
    public TimeSpan RollUpInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Deltas that are summed up in one transaction at most, 100 to 1,000,000; fewer for a while after that failed, as when it took too long.</summary>
    public int RollUpRows { get; set; } = 10_000;

    /// <summary>Days that sums of minutes are kept, 2 to 400.</summary>
    public int MinuteRetentionDays { get; set; } = 45;

    /// <summary>Days that sums of hours are kept, as long as those of minutes at least, to 3,650. Sums of days are kept for ever.</summary>
    public int HourRetentionDays { get; set; } = 400;
}
