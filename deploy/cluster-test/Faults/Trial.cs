using System.Diagnostics;
using MoviesNow.ClusterTest.Load;

namespace MoviesNow.ClusterTest.Faults;

/// <summary>Puts a cluster under load through a fault, and counts.</summary>
internal sealed class Trial(Cluster cluster, Mix mix)
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MaxSettling = TimeSpan.FromSeconds(75);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    public async Task<Outcome> RunAsync(Fault fault)
    {
        var tally = new Tally();
        var loads = mix.For(tally, fault.Viewers);
        using var stop = new CancellationTokenSource();
        var begin = Stopwatch.GetTimestamp();
        var working = loads.SelectMany(load => Enumerable.Range(0, load.Workers).Select(worker => WorkAsync(load, worker, stop.Token))).ToList();
        await Task.Delay(WarmUp);
        var (recovery, problem) = (TimeSpan.Zero, default(string));
        try
        {
            var broken = await fault.RunAsync(cluster);
            recovery = await SettleAsync(tally, broken.Since);
            if (broken.RepairAsync is not null)
            {
                var repaired = Stopwatch.GetTimestamp();
                await broken.RepairAsync();
                var again = await SettleAsync(tally, repaired);
                recovery = again > recovery ? again : recovery;
            }
        }
        catch (Exception e) when (e is InvalidOperationException or TimeoutException)
        {
            problem = e.Message;
        }

        var perSecond = tally.Calls / Stopwatch.GetElapsedTime(begin).TotalSeconds;
        await stop.CancelAsync();
        await Task.WhenAll(working);
        try
        {
            await cluster.UntilWholeAsync();
        }
        catch (TimeoutException e)
        {
            problem ??= e.Message;
        }

        var account = Account.Nothing;
        foreach (var load in loads)
        {
            account += await load.CheckAsync();
        }

        return new Outcome(fault.What, tally, perSecond, recovery, account, problem);
    }

    /// <summary>Waits until all kinds of calls have succeeded for a while without an error.</summary>
    /// <returns>From a time to the last error; zero when there was none after it.</returns>
    private static async Task<TimeSpan> SettleAsync(Tally tally, long since)
    {
        var begin = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begin) < Quiet || Stopwatch.GetElapsedTime(tally.LastError) < Quiet || !tally.IsWellSince(begin))
        {
            if (Stopwatch.GetElapsedTime(begin) > MaxSettling)
            {
                throw new TimeoutException($"clients did not see {Quiet.TotalSeconds:0} s without an error within {MaxSettling.TotalSeconds:0} s");
            }

            await Task.Delay(Poll);
        }

        return tally.LastError > since ? Stopwatch.GetElapsedTime(since, tally.LastError) : TimeSpan.Zero;
    }

    private static async Task WorkAsync(ILoad load, int worker, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await load.StepAsync(worker);
            await Task.Delay(load.Pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
