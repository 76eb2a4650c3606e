using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using MoviesNow.Bench.Measuring;
using Spectre.Console;

namespace MoviesNow.Bench.Scenarios;

/// <summary>
/// Events into the real telemetry service with its database, everything durable before it is answered: AppendEvents(20) against COPY of the same
/// columns, heartbeats against an empty RPC, and how it holds out.
/// </summary>
internal static class AppendScenario
{
    private const int EventsPerCall = 20;

    // A commit serves those who wait for it: fewer callers would measure how long it takes.
    internal const int Workers = 256;
    private const int LoneHeartbeats = 200;

    private static readonly TimeSpan PacedTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SampleTime = TimeSpan.FromSeconds(10);

    /// <summary>AppendEvents(20) against COPY, then at half the rate that it reached.</summary>
    public static async Task RunAsync(TimeSpan duration, int rounds)
    {
        await using var host = await StartAsync();
        var players = await EventPlayers.StartAsync(host, Workers);
        await players.AppendAsync(worker: 0, events: 1);
        var raw = (await RawEventCopy.PrepareAsync(host.Database, withIndex: false)).Workload;
        var indexed = (await RawEventCopy.PrepareAsync(host.Database, withIndex: true)).Workload;
        var append = new Workload("AppendEvents, 20 events", Workers, worker => new ValueTask(players.AppendAsync(worker, EventsPerCall)), EventsPerCall);
        var tallies = await Comparison.RunAsync([raw, indexed, append], duration, rounds);
        var half = await PacedAsync(players, callsPerSecond: tallies[append].Rate / 2, PacedTime);
        Report.Print("append", "events/s", append, raw, tallies, new JsonObject
        {
            ["indexed_ratio"] = Report.Round(tallies[append].Rate * EventsPerCall / (tallies[indexed].Rate * indexed.UnitsPerRun)),
            ["half_load_p99_ms"] = Report.Round(half.Milliseconds(0.99)),
        });
    }

    /// <summary>Heartbeats against an empty RPC, and one after the other.</summary>
    public static async Task RunHeartbeatAsync(TimeSpan duration, int rounds)
    {
        await using var host = await StartAsync();
        await using var plain = await GrpcHost.StartPlainAsync();
        var players = await EventPlayers.StartAsync(host, Workers);
        var empty = GrpcWorkloads.Empty(plain) with { Workers = Workers };
        var heartbeat = new Workload("SendHeartbeat", Workers, worker => new ValueTask(players.HeartbeatAsync(worker)));
        var tallies = await Comparison.RunAsync([empty, heartbeat], duration, rounds);
        var lone = new LatencyHistogram();
        for (var i = 0; i < LoneHeartbeats; i++)
        {
            await TimedAsync(lone, () => players.HeartbeatAsync(worker: 0));
        }

        Report.Print("heartbeat", "calls/s", heartbeat, empty, tallies, new JsonObject { ["lone_p50_ms"] = Report.Round(lone.Milliseconds(0.5)) });
    }

    /// <summary>A steady load for the whole time, half of what a short trial reached: memory and errors.</summary>
    public static async Task RunSoakAsync(TimeSpan duration, int rounds)
    {
        await using var host = await StartAsync();
        var players = await EventPlayers.StartAsync(host, Workers);
        var append = new Workload("AppendEvents", Workers, worker => new ValueTask(players.AppendAsync(worker, EventsPerCall)));
        var rate = (await Comparison.RunAsync([append], TimeSpan.FromSeconds(5), rounds: 1))[append].Rate / 2;
        var (latencies, memory) = (new LatencyHistogram(), new List<double>());
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < duration;)
        {
            latencies.Add(await PacedAsync(players, rate, SampleTime));
            GC.Collect();
            memory.Add(Environment.WorkingSet / 1e6);
        }

        AnsiConsole.WriteLine($"working set of clients and service every {SampleTime.TotalSeconds:N0} s, MB: {string.Join(' ', memory.Select(sample => sample.ToString("N0", CultureInfo.InvariantCulture)))}");
        Console.WriteLine(new JsonObject
        {
            ["scenario"] = "append-soak",
            ["events"] = latencies.Count * EventsPerCall,
            ["events_per_second"] = Report.Round(rate * EventsPerCall),
            ["errors"] = 0,
            ["p99_ms"] = Report.Round(latencies.Milliseconds(0.99)),
            ["first_half_max_mb"] = Report.Round(memory.Take((memory.Count + 1) / 2).Max()),
            ["second_half_max_mb"] = Report.Round(memory.Skip(memory.Count / 2).Max()),
        }.ToJsonString());
    }

    /// <summary>Calls that begin at a steady rate, whether or not those before are answered; their latencies count from when they were due.</summary>
    internal static async Task<LatencyHistogram> PacedAsync(EventPlayers players, double callsPerSecond, TimeSpan time, int eventsPerCall = EventsPerCall)
    {
        var start = Stopwatch.GetTimestamp();
        var workers = await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(async () =>
        {
            var latencies = new LatencyHistogram();
            for (var call = 0; ; call++)
            {
                var due = TimeSpan.FromSeconds((call * (double)Workers + worker) / callsPerSecond);
                if (due > time)
                {
                    return latencies;
                }

                if (due - Stopwatch.GetElapsedTime(start) is { Ticks: > 0 } wait)
                {
                    await Task.Delay(wait);
                }

                await players.AppendAsync(worker, eventsPerCall);
                latencies.Record((long)((Stopwatch.GetElapsedTime(start) - due).TotalSeconds * Stopwatch.Frequency));
            }
        })));
        return workers.Aggregate(new LatencyHistogram(), (all, one) =>
        {
            all.Add(one);
            return all;
        });
    }

    private static async Task TimedAsync(LatencyHistogram latencies, Func<Task> call)
    {
        var begin = Stopwatch.GetTimestamp();
        await call();
        latencies.Record(Stopwatch.GetTimestamp() - begin);
    }

    private static Task<TelemetryBenchHost> StartAsync() => TelemetryBenchHost.StartAsync(("RateLimits:Enabled", "true"), ("RateLimits:WritesPerMinute", "1000000"), ("RateLimits:ReadsPerMinute", "1000000"));
}
