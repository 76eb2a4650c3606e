namespace MoviesNow.Telemetry.Cmcd;

/// <summary>How reports of players are collected; configuration section <c>Cmcd</c>.</summary>
public sealed class CmcdOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Cmcd";

    /// <summary>Bytes of a body, before and after decompression, 1,024 to 4,194,304.</summary>
    public int MaxBodyBytes { get; set; } = 262_144;

    /// <summary>Sessions whose facts are remembered, 100 to 1,000,000; each takes about 300 bytes.</summary>
    public int RememberedSessions { get; set; } = 50_000;
}
