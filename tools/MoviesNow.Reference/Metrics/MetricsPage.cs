using System.Diagnostics.Metrics;
using System.Text;
using System.Text.RegularExpressions;
using MoviesNow.Reference.Settings;

namespace MoviesNow.Reference.Metrics;

/// <summary>Every instrument of the services.</summary>
internal static partial class MetricsPage
{
    /// <summary>The page.</summary>
    public static string Of()
    {
        var text = new StringBuilder(Markdown.Notice).Append("""
            # Metrics

            What the services measure themselves, beside the instruments of ASP.NET Core, the HTTP client, the .NET runtime and Npgsql. Units are those of
            UCUM. [Observability](../observability.md#metrics) tells how they are exported, and [operations](../operations.md) which of them wake somebody.

            """);
        foreach (var section in ServiceInstruments.All().GroupBy(one => OptionsSection.ServicesWith(one.Owner), StringComparer.Ordinal))
        {
            var rows = section.Select(one => one.Instrument).OrderBy(one => one.Name, StringComparer.Ordinal).Select(one => string.Join(" | ",
                Markdown.CodeCell(one.Name),
                KindOf(one),
                Markdown.CodeCell(one.Unit ?? ""),
                string.Join(", ", Quoted().Matches(one.Description ?? "").Select(match => match.Value)),
                Markdown.Cell(one.Description ?? "")));
            text.Append("\n## ").Append(char.ToUpperInvariant(section.Key[0])).Append(section.Key[1..]).Append('\n')
                .Append(Markdown.Table("name | kind | unit | attributes | meaning", rows));
        }

        return text.ToString();
    }

    // Counter`1, ObservableGauge`1 …
    private static string KindOf(Instrument instrument) =>
        instrument.GetType().Name.Split('`')[0].Replace("Observable", "", StringComparison.Ordinal).ToLowerInvariant();

    // A description quotes the names of attributes, and nothing else.
    [GeneratedRegex("`[^`]+`", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Quoted();
}
