namespace MoviesNow.Telemetry.Live;

/// <summary>Who may watch live; configuration section <c>Telemetry:Live</c>.</summary>
public sealed class LiveOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Telemetry:Live";

    /// <summary>Callers who may watch at the same time on one replica, 1 to 100,000.</summary>
    public int MaxSubscribers { get; set; } = 2_000;
}
