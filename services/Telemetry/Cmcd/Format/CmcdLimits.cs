namespace MoviesNow.Telemetry.Cmcd;

/// <summary>What a report may take in memory at most.</summary>
internal static class CmcdLimits
{
    /// <summary>Characters of one report. What is longer is not read.</summary>
    public const int MaxReportLength = 65_536;

    /// <summary>Keys of one report; further ones are not read.</summary>
    public const int MaxKeys = 100;

    /// <summary>Items of a list.</summary>
    public const int MaxItems = 32;

    /// <summary>Characters of a key's name.</summary>
    public const int MaxKeyLength = 64;

    /// <summary>Custom and unknown keys that are kept of one report.</summary>
    public const int MaxExtraKeys = 16;

    /// <summary>Characters of a custom or unknown key's value, all items of a list together: what the standard allows custom ones.</summary>
    public const int MaxExtraLength = 64;

    /// <summary>Problems that are told of one report.</summary>
    public const int MaxProblems = 8;
}
