using Microsoft.Extensions.Options;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Streams;

/// <summary>A deployment's changes of <see cref="QualityTiers"/>; configuration section <c>Catalog</c>.</summary>
internal sealed class QualityTierOptions
{
    public const string Section = "Catalog";

    /// <summary>The changed steps by their names, such as <c>P2160</c>.</summary>
    public Dictionary<string, QualityStepChange> QualityTiers { get; } = new(StringComparer.OrdinalIgnoreCase);
}

/// <summary>What differs from the default.</summary>
internal sealed class QualityStepChange
{
    /// <summary>The most lines of a rendition, and the exact number of a streamable one, 1 to 16,384.</summary>
    public int? Lines { get; set; }

    /// <summary>True when renditions may be streamed.</summary>
    public bool? Streamable { get; set; }
}

internal sealed class QualityTierOptionsValidator : IValidateOptions<QualityTierOptions>
{
    public ValidateOptionsResult Validate(string? name, QualityTierOptions options)
    {
        var errors = new List<string>();
        foreach (var (tier, change) in options.QualityTiers)
        {
            var key = $"{QualityTierOptions.Section}:{nameof(options.QualityTiers)}:{tier}";
            if (!Enum.TryParse<QualityTier>(tier, ignoreCase: true, out var known) || QualityTiers.Default.Find(known) is null || !char.IsAsciiLetter(tier[0]))
            {
                errors.Add($"{key} must be one of {string.Join(", ", QualityTiers.Default.BestFirst)}.");
                continue;
            }

            if (change.Lines is < 1 or > StreamVariantRules.MaxDimension)
            {
                errors.Add($"{key}:{nameof(change.Lines)} must be 1 to {StreamVariantRules.MaxDimension}.");
            }

            if (known is QualityTier.Other && (change.Streamable is true || change.Lines is not null))
            {
                errors.Add($"{key} must have no lines and must not be streamable: it is for what no tier fits.");
            }
        }

        return errors.Count > 0 ? ValidateOptionsResult.Fail(errors) : CheckOrder(options);
    }

    /// <summary>Equal or crossing steps would put two renditions of one height into either tier.</summary>
    private static ValidateOptionsResult CheckOrder(QualityTierOptions options) =>
        QualityTiers.With(options) is var tiers
        && tiers.BestFirst.SequenceEqual(QualityTiers.Default.BestFirst)
        && tiers.BestFirst.Select(tier => tiers.Find(tier)!.Lines).Distinct().Count() == tiers.BestFirst.Count
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"{QualityTierOptions.Section}:{nameof(options.QualityTiers)} must leave each tier more lines than the next: {string.Join(", ", tiers.BestFirst)}.");
}
