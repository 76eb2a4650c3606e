using System.Globalization;
using System.Text.Json.Nodes;
using MoviesNow.Bench.Measuring;

namespace MoviesNow.Bench.Scenarios;

/// <summary>
/// GetBundleUrl from three delivery processes behind HAProxy, against one alone behind another. Replicas that share cores with each other
/// and with the client cannot answer more calls a second than one that has them all. What tells whether they are in each other's way, and so
/// whether they scale with the cores that they get, is how many calls they answer in a second of processor time.
/// </summary>
internal static class DeliveryScaleScenario
{
    private const int Bundles = 200;
    private const int Replicas = 3;

    // Processes are new, and compile for a while.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(TimeSpan duration, int rounds)
    {
        await using var host = await DeliveryHost.StartAsync();
        string[] ids = [.. (await host.PublishBundlesAsync(host.AddService(), Bundles)).Select(bundle => bundle.Id)];
        await using var one = new DeliverySide();
        await using var all = new DeliverySide();
        await one.StartAsync(host.Settings(), replicas: 1, ids);
        await all.StartAsync(host.Settings(), Replicas, ids);

        await Comparison.RunAsync([one.Workload, all.Workload], WarmUp, rounds: 2);
        var (oneBefore, allBefore) = (Costs.Of(one), Costs.Of(all));
        var tallies = await Comparison.RunAsync([one.Workload, all.Workload], duration, rounds);
        var (ofOne, ofAll) = (Costs.Of(one) - oneBefore, Costs.Of(all) - allBefore);

        Print(one.Workload.Name, ofOne);
        Print(all.Workload.Name, ofAll);
        Report.Print("delivery-scale", "calls/s", all.Workload, one.Workload, tallies, new JsonObject
        {
            ["calls_per_cpu_second"] = Report.Round(ofAll.CallsPerCpuSecond),
            ["baseline_calls_per_cpu_second"] = Report.Round(ofOne.CallsPerCpuSecond),
            ["cpu_second_ratio"] = Report.Round(ofAll.CallsPerCpuSecond / ofOne.CallsPerCpuSecond),
        });
    }

    private static void Print(string name, Costs costs) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name}: {costs.CallsPerCpuSecond:N0} calls in a second of the replicas' processor time; {costs.ReplicaMicroseconds:N1} µs a call there and {costs.ProxyMicroseconds:N1} µs in HAProxy"));

    /// <summary>What calls cost, those of the warm-up included.</summary>
    private sealed record Costs(long Calls, TimeSpan Replicas, TimeSpan Proxy)
    {
        public double CallsPerCpuSecond => Calls / Replicas.TotalSeconds;

        public double ReplicaMicroseconds => Replicas.TotalMicroseconds / Calls;

        public double ProxyMicroseconds => Proxy.TotalMicroseconds / Calls;

        public static Costs Of(DeliverySide side) => new(side.Calls, side.Processor, side.ProxyProcessor);

        public static Costs operator -(Costs end, Costs begin) => new(end.Calls - begin.Calls, end.Replicas - begin.Replicas, end.Proxy - begin.Proxy);
    }
}
