using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Streams;

/// <summary>A step of the quality ladder.</summary>
/// <param name="Tier">Its name in the contract.</param>
/// <param name="Lines">The most lines that a rendition of it has, and the exact number of a streamable one; null for any number.</param>
/// <param name="IsStreamable">True when renditions of it may be streamed.</param>
internal sealed record QualityStep(QualityTier Tier, int? Lines, bool IsStreamable);

/// <summary>
/// The one table of quality steps. The constraint <c>stream_variant_tier_check</c> of the database says the same; <c>docs/policy.md</c>
/// tells how a deployment changes both.
/// </summary>
internal sealed class QualityTiers
{
    /// <summary>The steps of a deployment that changes nothing.</summary>
    public static QualityTiers Default { get; } = new(
    [
        new(QualityTier.P2160, 2_160, IsStreamable: false),
        new(QualityTier.P1080, 1_080, IsStreamable: true),
        new(QualityTier.P720, 720, IsStreamable: true),
        new(QualityTier.P480, 480, IsStreamable: true),
        new(QualityTier.Other, null, IsStreamable: false),
    ]);

    private readonly Dictionary<QualityTier, QualityStep> _steps;

    private QualityTiers(IEnumerable<QualityStep> steps)
    {
        _steps = steps.ToDictionary(step => step.Tier);
        BestFirst = [.. _steps.Values.OrderByDescending(step => step.Lines ?? 0).Select(step => step.Tier)];
        Streamable = [.. BestFirst.Where(tier => _steps[tier].IsStreamable)];
    }

    /// <summary>All tiers, those of most lines first.</summary>
    public IReadOnlyList<QualityTier> BestFirst { get; }

    /// <summary>The tiers that may be streamed, those of most lines first.</summary>
    public IReadOnlyList<QualityTier> Streamable { get; }

    /// <summary>The step of a tier; null for a value that is none.</summary>
    public QualityStep? Find(QualityTier tier) => _steps.GetValueOrDefault(tier);

    /// <summary>The default with a deployment's changes.</summary>
    public static QualityTiers With(QualityTierOptions options) => new(Default._steps.Values.Select(step =>
        options.QualityTiers.TryGetValue(step.Tier.ToString(), out var change)
            ? step with { Lines = change.Lines ?? step.Lines, IsStreamable = change.Streamable ?? step.IsStreamable }
            : step));
}
