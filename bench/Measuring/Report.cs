using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace MoviesNow.Bench.Measuring;

/// <summary>A table for people, and one line of JSON for programs.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions OneLine = new() { WriteIndented = false };

    /// <param name="scenario">Its name.</param>
    /// <param name="unit">Of the rate.</param>
    /// <param name="measured">The workload that the scenario is about.</param>
    /// <param name="baseline">What it is held against.</param>
    /// <param name="tallies">All that ran.</param>
    /// <param name="more">Further numbers for the JSON.</param>
    public static void Print(
        string scenario, string unit, Workload measured, Workload baseline, IReadOnlyDictionary<Workload, Tally> tallies, JsonObject? more = null)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumns("workload", unit, "ratio", "p50 ms", "p99 ms", "CPU µs", "bytes");
        foreach (var (workload, tally) in tallies)
        {
            table.AddRow(
                Markup.Escape(workload.Name), Text(RateOf(workload), 0), Text(RateOf(workload) / RateOf(baseline), 3), Text(tally.Percentile(0.5), 4),
                Text(tally.Percentile(0.99), 4), Text(tally.MicrosecondsPerRun / workload.UnitsPerRun, 1), Text(tally.BytesPerRun / workload.UnitsPerRun, 0));
        }

        AnsiConsole.Write(table);
        var json = new JsonObject
        {
            ["scenario"] = scenario,
            ["rate"] = Round(RateOf(measured)),
            ["unit"] = unit,
            ["baseline"] = Round(RateOf(baseline)),
            ["ratio"] = Round(RateOf(measured) / RateOf(baseline)),
            ["p50_ms"] = Round(tallies[measured].Percentile(0.5)),
            ["p99_ms"] = Round(tallies[measured].Percentile(0.99)),
            ["baseline_p99_ms"] = Round(tallies[baseline].Percentile(0.99)),
        };
        foreach (var (name, value) in more ?? [])
        {
            json[name] = value?.DeepClone();
        }

        Console.WriteLine(json.ToJsonString(OneLine));

        double RateOf(Workload workload) => tallies[workload].Rate * workload.UnitsPerRun;
    }

    /// <summary>As many digits as mean something.</summary>
    public static double Round(double value) => double.Parse(value.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static string Text(double value, int digits) => value.ToString($"N{digits}", CultureInfo.InvariantCulture);
}
