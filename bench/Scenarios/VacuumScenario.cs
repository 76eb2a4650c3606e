using System.Text.Json.Nodes;
using MoviesNow.Bench.Measuring;
using Npgsql;
using Spectre.Console;

namespace MoviesNow.Bench.Scenarios;

/// <summary>
/// Events at the rate of a hundred million a day, into the real telemetry service: whether rows that nobody sees any more stay few while
/// vacuum runs beside them.
/// </summary>
internal static class VacuumScenario
{
    private const double EventsPerSecond = 100e6 / (24 * 60 * 60);
    private const int EventsPerCall = 5;
    private static readonly TimeSpan SampleTime = TimeSpan.FromSeconds(5);

    /// <summary>A steady load for the whole time, with samples of the hot tables.</summary>
    public static async Task RunAsync(TimeSpan duration, int rounds)
    {
        await using var host = await TelemetryBenchHost.StartAsync(("RateLimits:Enabled", "false"));
        foreach (var sql in (string[])["ALTER SYSTEM SET autovacuum_naptime = '5s'", "SELECT pg_reload_conf()"])
        {
            await using var command = host.Database.CreateCommand(sql);
            await command.ExecuteNonQueryAsync();
        }

        var players = await EventPlayers.StartAsync(host, AppendScenario.Workers);
        using var end = new CancellationTokenSource();
        var sampling = SampleAsync(host.Database, end.Token);
        var latencies = await AppendScenario.PacedAsync(players, EventsPerSecond / EventsPerCall, duration, EventsPerCall);
        await end.CancelAsync();
        var most = await sampling;

        var table = new Table().AddColumns("table", "most dead rows", "rows now", "updated", "of these HOT", "autovacuums", "MB");
        var tables = new JsonObject();
        await foreach (var (name, row) in StatisticsAsync(host.Database))
        {
            table.AddRow(name, $"{most.GetValueOrDefault(name)}", $"{row.Live}", $"{row.Updated}", $"{row.Hot}", $"{row.Vacuums}", $"{row.Bytes / 1e6:N1}");
            tables[name] = new JsonObject
            {
                ["most_dead"] = most.GetValueOrDefault(name),
                ["updated"] = row.Updated,
                ["hot"] = row.Hot,
                ["autovacuums"] = row.Vacuums,
                ["bytes"] = row.Bytes,
            };
        }

        AnsiConsole.Write(table);
        Console.WriteLine(new JsonObject
        {
            ["scenario"] = "vacuum",
            ["events"] = latencies.Count * EventsPerCall,
            ["events_per_second"] = Report.Round(EventsPerSecond),
            ["p99_ms"] = Report.Round(latencies.Milliseconds(0.99)),
            ["tables"] = tables,
        }.ToJsonString());
    }

    private static async Task<Dictionary<string, long>> SampleAsync(NpgsqlDataSource database, CancellationToken end)
    {
        var most = new Dictionary<string, long>(StringComparer.Ordinal);
        while (!end.IsCancellationRequested)
        {
            await Task.Delay(SampleTime, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await foreach (var (name, row) in StatisticsAsync(database))
            {
                most[name] = Math.Max(most.GetValueOrDefault(name), row.Dead);
            }
        }

        return most;
    }

    private static async IAsyncEnumerable<(string Name, Statistics Row)> StatisticsAsync(NpgsqlDataSource database)
    {
        // Days together.
        await using var command = database.CreateCommand("""
            SELECT regexp_replace(relname, '_[0-9]{8}$', ''), sum(n_dead_tup)::bigint, sum(n_live_tup)::bigint, sum(n_tup_upd)::bigint,
                   sum(n_tup_hot_upd)::bigint, sum(autovacuum_count)::bigint, sum(pg_total_relation_size(relid))::bigint
            FROM pg_stat_user_tables GROUP BY 1 HAVING sum(n_tup_ins) > 0 ORDER BY sum(n_tup_upd) DESC, 1
            """);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            yield return (reader.GetString(0), new Statistics(
                reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6)));
        }
    }

    private sealed record Statistics(long Dead, long Live, long Updated, long Hot, long Vacuums, long Bytes);
}
