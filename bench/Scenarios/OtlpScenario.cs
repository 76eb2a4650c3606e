using System.Text.Json.Nodes;
using MoviesNow.Bench.Measuring;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting.Otlp;

namespace MoviesNow.Bench.Scenarios;

/// <summary>
/// What export costs the hot calls: traces, metrics and logs over OTLP to a collector that reads and discards, as a service exports
/// when it is only told where to; and with every trace recorded, which is a setting; each against the same service without export.
/// </summary>
internal static class OtlpScenario
{
    public static async Task RunAsync(TimeSpan duration, int rounds)
    {
        await using var garnet = await TestGarnet.StartNewAsync();
        await using var collector = await OtlpReceiver.StartAsync(keeps: false);
        var endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address);
        await using var off = await ServiceProcess.StartAsync(garnet.ConnectionString);
        await using var on = await ServiceProcess.StartAsync(garnet.ConnectionString, endpoint);
        await using var all = await ServiceProcess.StartAsync(garnet.ConnectionString, endpoint, ("OTEL_TRACES_SAMPLER", "always_on"));

        var (readOff, readOn, readAll) = (Read(off, "off"), Read(on, "on"), Read(all, "on, every trace"));
        var (mutationOff, mutationOn, mutationAll) = (Mutation(off, "off"), Mutation(on, "on"), Mutation(all, "on, every trace"));
        var tallies = await Comparison.RunAsync([readOff, readOn, readAll, mutationOff, mutationOn, mutationAll], duration, rounds);
        Report.Print("otlp", "calls/s", mutationOn, mutationOff, tallies, new JsonObject
        {
            ["read_rate"] = Report.Round(tallies[readOn].Rate),
            ["read_baseline"] = Report.Round(tallies[readOff].Rate),
            ["read_ratio"] = Ratio(readOn, readOff),
            ["every_trace_ratio"] = Ratio(mutationAll, mutationOff),
            ["every_trace_read_ratio"] = Ratio(readAll, readOff),
        });

        double Ratio(Workload measured, Workload baseline) => Report.Round(tallies[measured].Rate / tallies[baseline].Rate);
    }

    private static Workload Read(ServiceProcess service, string export) => GrpcWorkloads.Read(service.Client(), $"read, export {export}");

    private static Workload Mutation(ServiceProcess service, string export) => GrpcWorkloads.Mutation(service.Client(), $"mutation, export {export}");
}
