using MoviesNow.Bench.Measuring;

namespace MoviesNow.Bench.Scenarios;

/// <summary>An empty RPC against itself: its ratio's distance from 1 is the noise of the machine.</summary>
internal static class EmptyScenario
{
    public static async Task RunAsync(TimeSpan duration, int rounds)
    {
        await using var host = await GrpcHost.StartPlainAsync();
        var (baseline, again) = (GrpcWorkloads.Empty(host), GrpcWorkloads.Empty(host, "empty RPC, again"));
        Report.Print("empty", "calls/s", again, baseline, await Comparison.RunAsync([baseline, again], duration, rounds));
    }
}
