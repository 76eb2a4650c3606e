namespace MoviesNow.Catalog.Validation.Objects;

/// <summary>How much of the bucket one examination looks at. What is beyond is not looked at, and the answer says so.</summary>
internal sealed record ObjectLimits
{
    public int MaxPlaylistBytes { get; init; } = 2 << 20;

    /// <summary>The most segments of a playlist.</summary>
    public int MaxSegments { get; init; } = 20_000;

    /// <summary>The most objects of a folder.</summary>
    public int MaxObjects { get; init; } = 50_000;

    /// <summary>The most findings of one rule that are named for a variant or folder; the rest is counted.</summary>
    public int MaxNamed { get; init; } = 20;

    public int MaxAssets { get; init; } = 2_000;

    public int MaxVariants { get; init; } = 1_000;

    /// <summary>The most variants of one asset: their playlists are held in memory at once.</summary>
    public int MaxVariantsOfAsset { get; init; } = 20;

    /// <summary>Requests to storage at a time.</summary>
    public int Parallelism { get; init; } = 8;

    /// <summary>Examinations of a replica at a time; others wait.</summary>
    public int MaxExaminations { get; init; } = 2;

    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(45);
}
