using System.Diagnostics;
using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.ServiceDefaults.Tests.Harness;
using MoviesNow.ServiceDefaults.Tests.Idempotency;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using static MoviesNow.ServiceDefaults.Tests.RateLimits.LimitedHosts;

namespace MoviesNow.ServiceDefaults.Tests.Redis;

/// <summary>A primary of the cluster is killed, and its replica takes over.</summary>
public sealed class ClusterFailoverTests(RedisFailoverFixture redis) : IClassFixture<RedisFailoverFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Calls_PrimaryKilled_AllSucceedAndAreProtectedAgainByItsReplica()
    {
        await using var hosts = await StartAsync(2, redis.Cluster.ConnectionString, ("RateLimits:RedisRetryDelay", "00:00:00.1"));
        await using var host = await IdempotentHost.StartAsync(redis.Cluster.ConnectionString);
        var kept = Enumerable.Range(0, 16).Select(_ => Guid.NewGuid().ToString()).ToArray();
        foreach (var key in kept)
        {
            Assert.Equal(IdempotencyStatus.Recorded, await StatusAsync(host, key));
        }

        await using var vital = await TestHost.StartAsync(
            OpenServices.MapAll, builder => builder.AddRedis("redis", isVital: true), ("ConnectionStrings:redis", redis.Cluster.ConnectionString));
        await ReadyAsync(vital);
        await redis.Cluster.UntilReplicatedAsync();
        var killed = await redis.Cluster.PrimaryOfAsync("any");
        await redis.Cluster.KillAsync(killed);

        // Whatever slot it is, a call is answered: with less protection, and it says so.
        var begin = Stopwatch.GetTimestamp();
        for (var protectedInARow = 0; protectedInARow < kept.Length; protectedInARow++)
        {
            Assert.True(Stopwatch.GetElapsedTime(begin) < Patience, "The replica's slots were not used.");
            hosts.Advance(TimeSpan.FromMilliseconds(100));
            Assert.Equal(In, (await hosts.CallOneAsync(0, CreateTitle, Who.Admin with { Subject = Guid.NewGuid().ToString() })).Reason);
            var outcome = await host.CreateAsync(Guid.NewGuid().ToString());
            Assert.Equal("OK", outcome.Reason);
            Assert.Contains(outcome.Status, new[] { IdempotencyStatus.Recorded, IdempotencyStatus.Unprotected });
            if (outcome.Status is IdempotencyStatus.Unprotected)
            {
                protectedInARow = -1;
                await Task.Delay(50);
            }
        }

        // What the primary had acknowledged, and passed on, is known.
        foreach (var key in kept)
        {
            Assert.Equal(IdempotencyStatus.Replayed, await StatusAsync(host, key));
        }

        // A node that is away whose work another does takes no service out of turn.
        await ReadyAsync(vital);
        await redis.Cluster.StartAsync(killed);
        await redis.Cluster.UntilServingAsync();
    }

    // A node that answers late, on a machine that has other work, costs one call its protection and none its record.
    private static async Task<string?> StatusAsync(IdempotentHost host, string key)
    {
        string? status = null;
        await Eventually.HoldsAsync(async () => (status = (await host.CreateAsync(key)).Status) != IdempotencyStatus.Unprotected);
        return status;
    }

    private static Task ReadyAsync(TestHost host) => Eventually.HoldsAsync(async () =>
    {
        using var answer = await host.GetAsync("/health/ready");
        return (await answer.Content.ReadAsStringAsync()).Contains("\"StackExchange.Redis\":\"Healthy\"", StringComparison.Ordinal);
    });
}
