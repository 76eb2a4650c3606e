using System.Text.RegularExpressions;

namespace MoviesNow.Storage.Tests.Zip;

/// <summary>What is written about the rules, and the code, are of one mind.</summary>
public sealed partial class ZipRuleTests
{
    private static readonly string[] Ids = [.. ZipRule.All.Select(rule => rule.Id)];

    [Fact]
    public void All_Ids_AreUniqueAndStable() =>
        Assert.All(Ids, id => Assert.True(Id().Match(id).Value == id && Ids.Count(other => other == id) == 1, id));

    [Fact]
    public void Documentation_TableOfRules_HasEachOnceInTheSameOrder()
    {
        var text = Read("zip-rules.md");
        var table = text[text.IndexOf("## Rules", StringComparison.Ordinal)..text.IndexOf("## Limits", StringComparison.Ordinal)];
        Assert.Equal(Ids, Row().Matches(table).Select(row => row.Groups["id"].Value));
    }

    [Fact]
    public void Documentation_TableOfLimits_HasTheDefaults()
    {
        var (text, limits) = (Read("zip-rules.md"), new ZipLimits());
        Assert.Contains($"`Storage:Zip:MaxEntryRatio` | {limits.MaxEntryRatio} |", text, StringComparison.Ordinal);
        Assert.Contains($"`Storage:Zip:MaxTotalRatio` | {limits.MaxTotalRatio} |", text, StringComparison.Ordinal);
        Assert.Contains($"`Storage:Zip:RatioFreeBytes` | {limits.RatioFreeBytes} (", text, StringComparison.Ordinal);
        Assert.Contains($"`Storage:Zip:MaxUnpackedBytes` | {limits.MaxUnpackedBytes} (", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Contract_CommentOnTheReason_NamesEachRule()
    {
        var lines = Read("error_reason.proto").Split('\n').ToList();
        var last = lines.FindIndex(line => line.Contains("ERROR_REASON_ZIP_UNREADABLE", StringComparison.Ordinal));
        var first = lines.FindLastIndex(last - 1, line => !line.StartsWith("  //", StringComparison.Ordinal));
        var list = string.Join(' ', lines[(first + 1)..last].SkipWhile(line => !line.Contains("Rules (", StringComparison.Ordinal)).Skip(1));
        Assert.Equal(Ids, Id().Matches(list).Select(id => id.Value));
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Contract", file));

    [GeneratedRegex(@"\b[A-Z][A-Z0-9_]+\b", RegexOptions.NonBacktracking)]
    private static partial Regex Id();

    [GeneratedRegex(@"^\| `(?<id>[A-Z0-9_]+)` \|", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Row();
}
