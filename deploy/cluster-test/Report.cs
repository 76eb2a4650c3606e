using MoviesNow.ClusterTest.Faults;

namespace MoviesNow.ClusterTest;

/// <summary>The table of all faults, as documentation shows it.</summary>
internal static class Report
{
    private const string Head = """
        | fault | calls | calls/s | p99 ms | failed | errors that were repeated | s until well | acknowledged | lost | doubled |
        |---|---|---|---|---|---|---|---|---|---|
        """;

    public static string Table(IEnumerable<Outcome> outcomes) => string.Join('\n', outcomes.Select(Row).Prepend(Head)) + "\n";

    private static string Row(Outcome outcome)
    {
        var errors = outcome.Tally.Errors.OrderByDescending(error => error.Value).Select(error => $"{error.Value} {error.Key}");
        return $"| {outcome.What} | {outcome.Tally.Calls:N0} | {outcome.PerSecond:N0} | {outcome.Tally.P99:N0} | {outcome.Tally.Failures.Count} "
            + $"| {string.Join(", ", errors.DefaultIfEmpty("none"))} | {outcome.Recovery.TotalSeconds:0.0} "
            + $"| {outcome.Account.Acknowledged:N0} | {outcome.Account.Lost} | {outcome.Account.Doubled} |";
    }
}
