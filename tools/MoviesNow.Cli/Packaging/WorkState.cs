namespace MoviesNow.Cli.Packaging;

/// <summary>What the state file of a work directory says.</summary>
/// <param name="Fingerprint">Of the source and the settings; what was made of others is of no use.</param>
/// <param name="Steps">The finished steps: what they made, as number of files and bytes.</param>
internal sealed record WorkState(string Fingerprint, Dictionary<string, StepResult> Steps)
{
    /// <summary>The package that was uploaded, by title and episode.</summary>
    public Dictionary<string, Publication> Publications { get; init; } = new(StringComparer.Ordinal);
}

/// <summary>What a step made.</summary>
/// <param name="Files">Number of files.</param>
/// <param name="Bytes">Their bytes.</param>
internal sealed record StepResult(int Files, long Bytes);

/// <summary>How far the publication has come.</summary>
/// <param name="Key">The idempotency key of the package: it finds the same package again.</param>
/// <param name="PackageId">The package when it is complete; empty before.</param>
/// <param name="AssetId">Its video asset.</param>
/// <param name="IsDone">Whether nothing is left to do.</param>
/// <param name="Artwork">The pictures that are uploaded.</param>
internal sealed record Publication(string Key, string PackageId, string AssetId, bool IsDone, IReadOnlyList<string> Artwork);
