using System.Reflection;
using System.Text.RegularExpressions;
using MoviesNow.Catalog.Validation;
using MoviesNow.Catalog.Validation.Objects;
using MoviesNow.Catalog.Validation.Rows;

namespace MoviesNow.Catalog.Tests.Validation;

/// <summary>What is written about the rules, and the code, are of one mind.</summary>
public sealed partial class MediaRulePageTest
{
    private static readonly (MediaRule Rule, string Depth)[] Rules =
    [
        .. RowRules.All.Select(rule => (rule, "ROWS")),
        .. ObjectRules.All.Select(rule => (rule, "OBJECTS")),
    ];

    [Fact]
    public void Page_TablesOfRules_HaveEachOnceWithItsSeverityDepthAndClause()
    {
        var page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "media-rules.md"));

        Assert.Equal(
            Rules.Select(known => $"{known.Rule.Id} {known.Rule.Severity.ToString().ToUpperInvariant()} {known.Depth} {known.Rule.Clause}"),
            Row().Matches(page).Select(row => $"{row.Groups["id"].Value} {row.Groups["severity"].Value} {row.Groups["depth"].Value} {row.Groups["clause"].Value.Trim()}"));
    }

    [Fact]
    public void All_Ids_AreUniqueAndStable() => Assert.All(
        Rules,
        known => Assert.True(Id().IsMatch(known.Rule.Id) && Rules.Count(other => other.Rule.Id == known.Rule.Id) == 1, known.Rule.Id));

    [Fact]
    public void All_RulesOfTheCode_AreListed()
    {
        Type[] tables = [typeof(RowRules), typeof(ObjectRules)];
        var declared = tables.SelectMany(table => table.GetFields(BindingFlags.Public | BindingFlags.Static))
            .Select(field => field.GetValue(null)).OfType<MediaRule>();

        Assert.Equal(declared.OrderBy(rule => rule.Id, StringComparer.Ordinal), Rules.Select(known => known.Rule).OrderBy(rule => rule.Id, StringComparer.Ordinal));
    }

    [GeneratedRegex(@"^\| `(?<id>[A-Z0-9_]+)` \| `(?<severity>[A-Z]+)` \| `(?<depth>[A-Z]+)` \|(?<clause>[^|]*)\|[^|]{10,}\|[^|]{5,}\|$", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Row();

    [GeneratedRegex("^[A-Z][A-Z0-9_]+[A-Z0-9]$", RegexOptions.NonBacktracking)]
    private static partial Regex Id();
}
