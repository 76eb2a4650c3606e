using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Streams;

/// <summary>The rules between the variants of one ladder; the unique indexes of the database hold them between all of an asset.</summary>
internal static class LadderRules
{
    public const int MaxVariants = 100;

    /// <summary>All broken rules. The first of two that collide is taken to be right.</summary>
    public static IReadOnlyList<RuleViolation> Violations(IReadOnlyList<StreamVariant> variants)
    {
        var check = new RuleCheck();
        var tiers = new Dictionary<QualityTier, int>();
        var defaults = new Dictionary<(string Language, DynamicRange Range), int>();
        var keys = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < variants.Count; i++)
        {
            var variant = variants[i];
            if (variant.IsStreamable)
            {
                Claim(tiers, variant.Tier, i, "tier", "is that of {0}, which is streamable too");
            }

            if (variant.IsDefault)
            {
                Claim(
                    defaults, (variant.AudioLanguage.ToLowerInvariant(), variant.DynamicRange), i,
                    "is_default", "is set for {0} too, which has the same audio language and dynamic range");
            }

            if (variant.StorageKey.Length > 0)
            {
                Claim(keys, variant.StorageKey, i, "storage_key", "is that of {0}");
            }
        }

        return check.Violations;

        void Claim<T>(Dictionary<T, int> claimed, T value, int index, string field, string description) where T : notnull =>
            check.Require(
                claimed.TryAdd(value, index), FieldOf(index, field), string.Format(null, description, FieldOf(claimed[value])));
    }

    /// <summary>The path of a variant, or of a field of it, in the request.</summary>
    public static string FieldOf(int index, string? field = null) => field is null ? $"variants[{index}]" : $"variants[{index}].{field}";
}
