using System.Globalization;
using MoviesNow.Common.V1;
using MoviesNow.Delivery.Links;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Delivery.Tests.Links;

/// <summary>All combinations of what the stages may find out, and the table of them in the documentation.</summary>
internal static class DecisionTable
{
    private const string Begin = "<!-- table: written by LinkDecisionTests -->\n";
    private const string End = "<!-- end of table -->\n";

    public static IEnumerable<LinkFacts> All() =>
        from policy in Asked<PolicyFact>()
        from row in Asked<RowFact>()
        from availability in Asked<AvailabilityFact>()
        from token in Asked<TokenFact>()
        from quota in Asked<QuotaFact>()
        from stored in Asked<ObjectFact>()
        select new LinkFacts(policy, row, availability, token, quota, stored);

    /// <summary>The text with the table as the code has it.</summary>
    public static string In(string text)
    {
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        return $"{text[..begin]}{string.Join('\n', Lines())}\n{text[end..]}";
    }

    /// <summary>A file of the repository.</summary>
    public static string PathOf(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "MoviesNow.sln")))
        {
            folder = folder.Parent!;
        }

        return Path.Combine(folder.FullName, name);
    }

    private static IEnumerable<string> Lines()
    {
        yield return "| policy | row | availability | token | quota | object | combinations | answer |";
        yield return "|---|---|---|---|---|---|---|---|";

        // Combinations that differ only in what comes behind the stage that refuses have one line, which says how many they are.
        foreach (var line in All().GroupBy(Cells))
        {
            var answer = line.Select(LinkDecision.Refusal).Distinct().Single();
            yield return string.Create(CultureInfo.InvariantCulture, $"| {line.Key} | {line.Count()} | {Text(answer)} |");
        }
    }

    private static string Cells(LinkFacts facts)
    {
        (object Fact, ErrorReason? Reason)[] stages =
        [
            (facts.Policy, LinkDecision.Of(facts.Policy)), (facts.Row, LinkDecision.Of(facts.Row)), (facts.Availability, LinkDecision.Of(facts.Availability)),
            (facts.Token, LinkDecision.Of(facts.Token)), (facts.Quota, LinkDecision.Of(facts.Quota)), (facts.Object, LinkDecision.Of(facts.Object)),
        ];
        var deciding = Array.FindIndex(stages, stage => stage.Reason is not null);
        return string.Join(" | ", stages.Select((stage, i) => deciding >= 0 && i > deciding ? "any" : stage.Fact.ToString()));
    }

    private static string Text(ErrorReason? answer) => answer is { } reason ? $"`{ErrorReasons.NameOf(reason)}`" : "link";

    private static IEnumerable<T> Asked<T>() where T : struct, Enum => Enum.GetValues<T>().Where(fact => Convert.ToInt32(fact, CultureInfo.InvariantCulture) != 0);
}
