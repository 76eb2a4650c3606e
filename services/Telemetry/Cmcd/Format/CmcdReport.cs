namespace MoviesNow.Telemetry.Cmcd;

/// <summary>One report of a player: the keys whose values are as the standard wants them. What was not usable is told, not kept.</summary>
internal sealed class CmcdReport
{
    /// <summary>1 or 2; another one is not understood.</summary>
    public required int Version { get; init; }

    /// <summary>Where it was in its body, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>Reserved keys.</summary>
    public required IReadOnlyDictionary<string, CmcdValue> Values { get; init; }

    /// <summary>Custom keys, and keys that no version knows; within bounds.</summary>
    public required IReadOnlyDictionary<string, CmcdValue> Extra { get; init; }

    /// <summary>Custom keys that were sent.</summary>
    public int CustomKeys { get; init; }

    /// <summary>Keys that were sent and that this version does not know.</summary>
    public int UnknownKeys { get; init; }

    /// <summary>What could not be used: the first of it.</summary>
    public required IReadOnlyList<CmcdProblem> Problems { get; init; }

    /// <summary>How much could not be used.</summary>
    public int ProblemCount { get; init; }

    /// <summary>Whether there is anything to go by: a version that is understood, and a reserved key beside <c>v</c>.</summary>
    public bool IsUsable => Version is >= 1 and <= CmcdKeys.LatestVersion && Values.Count > (Values.ContainsKey("v") ? 1 : 0);

    /// <summary>The text or token of a key; null when it is not there.</summary>
    public string? Text(string key) => Values.TryGetValue(key, out var value) ? value.Text : null;

    /// <summary>The number of a key; null when it is not there.</summary>
    public decimal? Number(string key) => Values.TryGetValue(key, out var value) ? value.Number : null;

    /// <summary>Whether a key is there, or says true or false; null when it is not there.</summary>
    public bool? Flag(string key) => Values.TryGetValue(key, out var value) ? value.Number != 0 : null;

    /// <summary>The items of a key; a single value is one item; none when it is not there.</summary>
    public IReadOnlyList<CmcdItem> Items(string key) => Values.TryGetValue(key, out var value) ? value.Items ?? [new CmcdItem(value, "")] : [];
}
