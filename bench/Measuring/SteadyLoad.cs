using System.Diagnostics;

namespace MoviesNow.Bench.Measuring;

/// <summary>Workloads at the same steady rate, far below what they could do, in turns: so their latencies can be compared.</summary>
internal static class SteadyLoad
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    public static async Task<IReadOnlyDictionary<Workload, LatencyHistogram>> RunAsync(
        IReadOnlyList<Workload> workloads, double callsPerSecond, TimeSpan duration, int rounds)
    {
        var latencies = workloads.ToDictionary(workload => workload, _ => new LatencyHistogram());
        for (var round = 0; round < rounds; round++)
        {
            foreach (var workload in round % 2 == 0 ? workloads : workloads.Reverse())
            {
                await TurnAsync(workload, callsPerSecond, workload.LeadIn, new LatencyHistogram());
                GC.Collect();
                await TurnAsync(workload, callsPerSecond, duration / rounds, latencies[workload]);
            }
        }

        return latencies;
    }

    /// <summary>Begins the calls that are due, whether or not earlier ones are answered.</summary>
    private static async Task TurnAsync(Workload workload, double callsPerSecond, TimeSpan length, LatencyHistogram latencies)
    {
        var calls = new List<Task<long>>();
        using var tick = new PeriodicTimer(Tick);
        for (var begin = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begin) < length && await tick.WaitForNextTickAsync();)
        {
            for (var due = (int)(Stopwatch.GetElapsedTime(begin).TotalSeconds * callsPerSecond); calls.Count < due;)
            {
                calls.Add(MeasureAsync(workload, calls.Count % workload.Workers));
            }
        }

        foreach (var ticks in await Task.WhenAll(calls))
        {
            latencies.Record(ticks);
        }
    }

    private static async Task<long> MeasureAsync(Workload workload, int worker)
    {
        var begin = Stopwatch.GetTimestamp();
        await workload.RunAsync(worker);
        return Stopwatch.GetTimestamp() - begin;
    }
}
