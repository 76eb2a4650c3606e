using System.Net;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;

namespace Compat.Aspire.Tests;

public sealed class ReplicaTests
{
    [Fact]
    public async Task WithReplicas_Three_TakeTurnsBehindOneAddressAndADeadOneIsSkipped()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Sample_AppHost>(["Replicas=3"]);
        await using var app = await builder.BuildAsync();
        await app.StartAsync();
        await app.UntilHealthy("delivery");

        var pids = await AskAsync(app, "http", HttpVersion.Version11, 6);
        Assert.Equal(3, pids.Distinct().Count());
        Assert.All(pids.GroupBy(p => p), g => Assert.Equal(2, g.Count()));
        Assert.Equal(3, (await AskAsync(app, "grpc", HttpVersion.Version20, 3)).Distinct().Count());

        Signals.Kill(int.Parse(pids[0]));
        await app.ResourceNotifications
            .WaitForResourceAsync("delivery", e => e.Snapshot.State?.Text == KnownResourceStates.Exited).WaitAsync(Applications.Patience);
        var left = await AskAsync(app, "http", HttpVersion.Version11, 6);
        Assert.Equal(pids.Distinct().Where(p => p != pids[0]).Order(), left.Distinct().Order());
    }

    // A connection of its own for every request: connections are what is distributed.
    private static async Task<List<string>> AskAsync(DistributedApplication app, string endpoint, Version version, int times)
    {
        var answers = new List<string>();
        for (var i = 0; i < times; i++)
        {
            using var client = app.CreateHttpClient("delivery", endpoint);
            client.DefaultRequestVersion = version;
            client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
            answers.Add(await client.GetStringAsync("pid"));
        }

        return answers;
    }
}
