using System.Globalization;
using Grpc.Core;
using Grpc.Core.Interceptors;
using MoviesNow.Bench.Measuring;
using MoviesNow.Testing.Hosting;
using Npgsql;
using Spectre.Console;

namespace MoviesNow.Bench.Scenarios;

/// <summary>
/// AppendEvents(20) with one, two and three telemetry processes on one database, which holds nothing, and then ten and a hundred million events of the
/// last ten days. Clients, replicas and the database share the machine's cores, so what tells how it grows is what an event costs.
/// </summary>
internal static class AppendScaleScenario
{
    private const int EventsPerCall = 20;
    private const int Workers = 240;
    private const int MaxReplicas = 3;
    private const int Days = 10;
    private const int Writers = 2;
    private const int EventsOfSession = 500;

    public static Task RunAsync(TimeSpan duration, int rounds) => MeasureAsync(duration, [0, 10_000_000, 100_000_000]);

    /// <summary>The same with a tenth of the events, where time or disk are short.</summary>
    public static Task RunTenthAsync(TimeSpan duration, int rounds) => MeasureAsync(duration, [0, 1_000_000, 10_000_000]);

    private static async Task MeasureAsync(TimeSpan duration, int[] sizes)
    {
        await using var host = await TelemetryBenchHost.StartAsync(("RateLimits:Enabled", "false"));
        var table = new Table().Border(TableBorder.Minimal)
            .AddColumns("stored events", "replicas", "events/s", "p50 ms", "p99 ms", "service CPU µs/event", "WAL bytes/event");
        var stored = 0;
        foreach (var size in sizes)
        {
            await FillAsync(host.Database, stored, size);
            stored = size;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{size:N0} events stored"));
            for (var replicas = 1; replicas <= MaxReplicas; replicas++)
            {
                table.AddRow([size.ToString("N0", CultureInfo.InvariantCulture), replicas.ToString(CultureInfo.InvariantCulture), .. await AppendAsync(host, replicas, duration)]);
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{size:N0} measured"));
        }

        AnsiConsole.Write(table);
        var bytes = await ScalarAsync<long>(host.Database, "SELECT sum(pg_total_relation_size(inhrelid))::bigint FROM pg_inherits WHERE inhparent = 'playback_event'::regclass");
        var count = await ScalarAsync<long>(host.Database, "SELECT sum(greatest(reltuples, 0))::bigint FROM pg_class JOIN pg_inherits ON inhrelid = oid WHERE inhparent = 'playback_event'::regclass");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Stored: {bytes / (double)count:N0} bytes an event, its index included."));
    }

    private static async Task<string[]> AppendAsync(TelemetryBenchHost host, int count, TimeSpan duration)
    {
        await using var replicas = await ReplicaSet.StartAsync("Telemetry", host.Settings, count);
        var signIn = new Metadata { { "authorization", $"Bearer {Identity.Viewer.Token()}" } };
        var players = new List<EventPlayers>();
        foreach (var channel in replicas.Channels)
        {
            players.Add(await EventPlayers.StartAsync(channel.CreateCallInvoker(), channel.Intercept(_ => signIn), Workers / count));
        }

        var append = new Workload("AppendEvents", Workers, async worker => await players[worker % count].AppendAsync(worker / count, EventsPerCall));
        var (events, wal) = (await EventsAsync(host.Database), await WalAsync(host.Database));
        var (tally, microseconds) = await replicas.MeasureAsync(append, duration);
        wal = (await WalAsync(host.Database) - wal) / (await EventsAsync(host.Database) - events);
        return
        [
            Text(tally.Rate * EventsPerCall, 0), Text(tally.Percentile(0.5), 1), Text(tally.Percentile(0.99), 1),
            Text(microseconds / EventsPerCall, 1), Text(wal, 0),
        ];
    }

    /// <summary>Events as heartbeats make them, spread evenly over the last days, today's included.</summary>
    private static async Task FillAsync(NpgsqlDataSource database, int from, int until)
    {
        await using (var prepare = database.CreateCommand($"SELECT create_day_partitions((now() AT TIME ZONE 'UTC')::date - {Days - 1}, {Days})"))
        {
            await prepare.ExecuteNonQueryAsync();
        }

        var (first, last) = (from / Days / EventsOfSession, until / Days / EventsOfSession);
        await Parallel.ForEachAsync(Enumerable.Range(0, Days), new ParallelOptions { MaxDegreeOfParallelism = Writers }, async (day, cancellationToken) =>
        {
            await using var fill = database.CreateCommand("""
                WITH moment AS (SELECT date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' - $1 * interval '1 day' AS day)
                INSERT INTO playback_event (
                    session_id, client_time, received_at, sequence, position_ms, from_position_ms, bitrate_bps, type, complete_reason, is_fatal, visibility, playback_rate)
                SELECT (lpad(to_hex((extract(epoch FROM day) * 1000)::bigint + session), 12, '0') || '70008000' || lpad(to_hex(session), 12, '0'))::uuid,
                       day + sequence * interval '10 seconds', day + sequence * interval '10 seconds', sequence, sequence * 10000, 0, 4500000, 1, 0, false, 1, 1
                FROM moment, generate_series($2::integer, $3::integer - 1) AS session, generate_series(1, $4::integer) AS sequence
                """);
            fill.CommandTimeout = 0;
            foreach (var value in new[] { day, first, last, EventsOfSession })
            {
                fill.Parameters.Add(new NpgsqlParameter { Value = value });
            }

            await fill.ExecuteNonQueryAsync(cancellationToken);
        });
        await using var analyze = database.CreateCommand("VACUUM ANALYZE playback_event");
        analyze.CommandTimeout = 0;
        await analyze.ExecuteNonQueryAsync();
    }

    /// <summary>Events of players, whose sessions there are: what was there before has none.</summary>
    private static async Task<long> EventsAsync(NpgsqlDataSource database) => (long)await ScalarAsync<decimal>(database, "SELECT coalesce(sum(event_count), 0) FROM playback_session");

    private static async Task<double> WalAsync(NpgsqlDataSource database) => (double)await ScalarAsync<decimal>(database, "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn");

    private static async Task<T> ScalarAsync<T>(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    private static string Text(double value, int digits) => value.ToString($"N{digits}", CultureInfo.InvariantCulture);
}
