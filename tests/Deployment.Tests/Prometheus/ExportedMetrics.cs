using System.Text.RegularExpressions;

namespace MoviesNow.Deployment.Tests.Prometheus;

/// <summary>
/// What Prometheus calls our metrics. Observability.Tests sees to it that the reference names the instruments that there are, with their units and
/// attributes; from there on the rules are those of OpenTelemetry's "Prometheus and OpenMetrics Compatibility": underscores, then the unit, then <c>_total</c> for a counter.
/// </summary>
internal static partial class ExportedMetrics
{
    private static readonly Dictionary<string, string> Units = new(StringComparer.Ordinal) { ["s"] = "_seconds", ["By"] = "_bytes" };

    /// <summary>Rows of the pages by the names of their series.</summary>
    public static IReadOnlyDictionary<string, MetricRow> All { get; } = Rows()
        .SelectMany(row => SeriesOf(row).Select(name => KeyValuePair.Create(name, row)))
        .ToDictionary(StringComparer.Ordinal);

    private static IEnumerable<MetricRow> Rows() =>
        from page in new[] { "docs/reference/metrics.md", "docs/observability.md" }
        from line in Repository.Read(page).Split('\n')
        where line.StartsWith("| `", StringComparison.Ordinal)
        let cells = line.Split('|', StringSplitOptions.TrimEntries)
        where cells.Length == 7 && cells[2] is "counter" or "gauge" or "histogram"
        let attributes = Quoted().Matches(cells[4]).Select(match => match.Groups["name"].Value.Replace('.', '_'))
        select new MetricRow(cells[1].Trim('`'), cells[2], cells[3].Trim('`'), [.. attributes], cells[5]);

    private static IEnumerable<string> SeriesOf(MetricRow row)
    {
        var name = $"{row.Name.Replace('.', '_')}{Units.GetValueOrDefault(row.Unit)}";
        return row.Kind switch
        {
            "counter" => [$"{name}_total"],
            "gauge" => [name],
            _ => [$"{name}_bucket", $"{name}_count", $"{name}_sum"],
        };
    }

    [GeneratedRegex("`(?<name>[^`]+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Quoted();
}

/// <summary>A row of a table of metrics.</summary>
/// <param name="Name">The instrument.</param>
/// <param name="Kind">counter, gauge or histogram.</param>
/// <param name="Unit">By UCUM.</param>
/// <param name="Attributes">As labels.</param>
/// <param name="Meaning">The page's words.</param>
internal sealed record MetricRow(string Name, string Kind, string Unit, string[] Attributes, string Meaning);
