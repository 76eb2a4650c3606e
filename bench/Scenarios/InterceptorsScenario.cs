using System.Text.Json.Nodes;
using MoviesNow.Bench.Measuring;
using MoviesNow.Testing;

namespace MoviesNow.Bench.Scenarios;

/// <summary>
/// What the rules that hold everywhere cost: a mutation with identity, rate limit and idempotency record in a real Redis server, and
/// a read with identity and rate limit, against an empty RPC.
/// </summary>
internal static class InterceptorsScenario
{
    public static async Task RunAsync(TimeSpan duration, int rounds)
    {
        await using var garnet = await TestGarnet.StartNewAsync();
        await using var plain = await GrpcHost.StartPlainAsync();
        await using var service = await GrpcHost.StartServiceAsync(garnet.ConnectionString);
        var (empty, read, mutation) = (GrpcWorkloads.Empty(plain), GrpcWorkloads.Read(service.Client()), GrpcWorkloads.Mutation(service.Client()));
        var tallies = await Comparison.RunAsync([empty, read, mutation], duration, rounds);
        Report.Print("interceptors", "calls/s", mutation, empty, tallies, new JsonObject
        {
            ["read_rate"] = Report.Round(tallies[read].Rate),
            ["read_ratio"] = Report.Round(tallies[read].Rate / tallies[empty].Rate),
        });
    }
}
