using System.Diagnostics;
using System.Runtime;

namespace MoviesNow.Bench.Measuring;

/// <summary>
/// Runs workloads in turns, so that whatever else the machine does hits all of them alike: only the ratio of two rates of one run
/// says something about the code.
/// </summary>
internal static class Comparison
{
    private const int MaxWarmUps = 12;
    private const int QuietCompilations = 100;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4);

    public static async Task<IReadOnlyDictionary<Workload, Tally>> RunAsync(IReadOnlyList<Workload> workloads, TimeSpan duration, int rounds)
    {
        var tallies = workloads.ToDictionary(workload => workload, _ => new Tally());
        var turn = duration / rounds;
        await WarmUpAsync(workloads);
        for (var round = 0; round < rounds; round++)
        {
            // Forth and back, so that none always runs behind the same other.
            foreach (var workload in round % 2 == 0 ? workloads : workloads.Reverse())
            {
                await TurnAsync(workload, turn, tallies[workload]);
            }
        }

        return tallies;
    }

    /// <summary>
    /// Until the compiler, which optimizes what runs often and takes its time from the work, has little left to do. All at once, because
    /// it optimizes for what it sees first: else the other workloads would run code that was made for the first.
    /// </summary>
    private static async Task WarmUpAsync(IReadOnlyList<Workload> workloads)
    {
        for (var (i, compilations) = (0, 0L); i < MaxWarmUps && JitInfo.GetCompiledMethodCount() - compilations > QuietCompilations; i++)
        {
            compilations = JitInfo.GetCompiledMethodCount();
            await Task.WhenAll(workloads.Select(workload => TurnAsync(workload, WarmUp, new Tally())));
        }
    }

    private static async Task TurnAsync(Workload workload, TimeSpan length, Tally tally)
    {
        if (workload.LeadIn > TimeSpan.Zero)
        {
            await WorkAsync(workload, workload.LeadIn);
        }

        GC.Collect();
        var allocated = GC.GetTotalAllocatedBytes();
        var processor = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        var workers = await WorkAsync(workload, length);
        tally.Add(workers, Stopwatch.GetElapsedTime(start), Environment.CpuUsage.TotalTime - processor, GC.GetTotalAllocatedBytes() - allocated);
    }

    private static Task<LatencyHistogram[]> WorkAsync(Workload workload, TimeSpan length)
    {
        var end = Stopwatch.GetTimestamp() + (long)(length.TotalSeconds * Stopwatch.Frequency);
        return Task.WhenAll(Enumerable.Range(0, workload.Workers).Select(worker => Task.Run(() => WorkAsync(workload, worker, end))));
    }

    private static async Task<LatencyHistogram> WorkAsync(Workload workload, int worker, long end)
    {
        var latencies = new LatencyHistogram();
        for (var begin = Stopwatch.GetTimestamp(); begin < end;)
        {
            await workload.RunAsync(worker);
            var done = Stopwatch.GetTimestamp();
            latencies.Record(done - begin);
            begin = done;
        }

        return latencies;
    }
}
