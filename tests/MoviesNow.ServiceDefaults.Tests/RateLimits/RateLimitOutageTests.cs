using System.Diagnostics;
using MoviesNow.Testing;
using static MoviesNow.ServiceDefaults.Tests.RateLimits.LimitedHosts;

namespace MoviesNow.ServiceDefaults.Tests.RateLimits;

/// <summary>Two replicas whose Redis goes and comes back.</summary>
public sealed class RateLimitOutageTests(GarnetOutageFixture garnet) : IClassFixture<GarnetOutageFixture>
{
    // A permit comes back each minute, which no test waits for.
    private static readonly (string, string?)[] Ten = [("RateLimits:AdminWritesPerMinute", "1"), ("RateLimits:Window", "00:10:00")];

    [Fact]
    public async Task Call_RedisStopsAndComesBack_EachReplicaLimitsAloneMeanwhile()
    {
        await using var hosts = await StartAsync(
            2, garnet.Server.ConnectionString, [.. Ten, ("RateLimits:RedisRetryDelay", "00:00:00.1")]);
        await UntilSharedAsync(hosts);
        var who = Who.Admin with { Subject = "before" };
        Assert.Equal(Times(In, 6), await hosts.CallAsync(6, CreateTitle, who));

        await garnet.Server.StopAsync();

        // Each has admitted three before, and remembers them; nobody's call fails.
        Assert.Equal(InThenOut(14, 2), await hosts.CallAsync(16, CreateTitle, who));
        Assert.Equal(InThenOut(20, 2), await hosts.CallAsync(22, CreateTitle, who with { Subject = "during" }));

        await garnet.Server.StartAsync();
        await UntilSharedAsync(hosts);
        Assert.Equal(InThenOut(10, 2), await hosts.CallAsync(12, CreateTitle, who with { Subject = "after" }));
    }

    [Fact]
    public async Task Call_RedisIsSilent_CostsItsTimeOutOnceInAWhile()
    {
        // A server that takes connections and never answers.
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        var port = ((System.Net.IPEndPoint)silent.LocalEndpoint).Port;
        await using var host = await Harness.TestHost.StartAsync(
            Harness.OpenServices.MapAll,
            builder => builder.AddRedis("redis", isVital: false),
            ("ConnectionStrings:redis", $"127.0.0.1:{port}"),
            ("RateLimits:Enabled", "true"),
            ("RateLimits:AdminWritesPerMinute", "10"),
            ("RateLimits:RedisRetryDelay", "00:01:00"));
        using var counts = new RateLimitCounts(host);
        (string, string) token = ("authorization", $"Bearer {Who.Admin.Token()}");

        var answers = new List<string>();
        for (var i = 0; i < 12; i++)
        {
            answers.Add((await host.PostAsync(CreateTitle, null, token)).Reason);
        }

        Assert.Equal(InThenOut(10, 2), answers);
        Assert.Empty(host.Logs.Errors);
        string[] expected =
        [
            "moviesnow.rate_limit.redis.failures 1 [outcome, timeout]",
            .. Times("moviesnow.rate_limit.alone 1 [method, moviesnow.catalog.v1.TitleService/CreateTitle] [outcome, admitted]", 10),
            "moviesnow.rate_limit.alone 1 [method, moviesnow.catalog.v1.TitleService/CreateTitle] [outcome, refused]",
            .. Times("moviesnow.rate_limit.refused 1 [method, moviesnow.catalog.v1.TitleService/CreateTitle]", 2),
        ];
        Assert.Equal(expected, counts.All);
    }

    /// <summary>Until each replica has heard of Redis again: a permit of one is then missing at the other.</summary>
    private static async Task UntilSharedAsync(LimitedHosts hosts)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            hosts.Advance(TimeSpan.FromMilliseconds(100));
            var who = Who.Admin with { Subject = Guid.NewGuid().ToString() };
            var outcomes = await hosts.CallAsync(11, CreateTitle, who);
            if (outcomes[^1] is Out)
            {
                return;
            }

            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30), "The limits were not shared again.");
        }
    }
}
