namespace MoviesNow.Telemetry.Cmcd;

/// <summary>
/// What the reports of a session said last: most reports leave out what has not changed, or what their player was not asked for, and an
/// event must tell it all the same.
/// </summary>
internal sealed class CmcdMemory
{
    /// <summary>The playhead in milliseconds.</summary>
    public int PositionMs { get; set; }

    /// <summary>Bits per second of the picture; 0 when unknown.</summary>
    public int BitrateBps { get; set; }
}
