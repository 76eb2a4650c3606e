using MoviesNow.Catalog.Streams;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Tests.Streams;

internal static class RuleAssert
{
    /// <summary>The changed variant breaks rules of exactly these fields.</summary>
    public static void Broken(IEnumerable<string> fields, StreamVariant variant, Action<StreamVariant>? change = null)
    {
        change?.Invoke(variant);
        var violations = StreamVariantRules.Violations(variant, QualityTiers.Default);
        Assert.Equal(fields.Order(StringComparer.Ordinal), violations.Select(violation => violation.Field).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(violations, violation => violation.Description.Length == 0);
    }
}
