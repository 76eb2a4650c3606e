using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.ServiceDefaults.Tests.Idempotency;
using MoviesNow.Testing;
using static MoviesNow.ServiceDefaults.Tests.RateLimits.LimitedHosts;

namespace MoviesNow.ServiceDefaults.Tests.Redis;

/// <summary>What replicas share, on clusters of three primaries.</summary>
public sealed class ClusterTests
{
    private static readonly (string, string?)[] Ten = [("RateLimits:AdminWritesPerMinute", "1"), ("RateLimits:Window", "00:10:00")];

    [Theory]
    [InlineData(RedisEngine.Redis)]
    [InlineData(RedisEngine.Garnet)]
    public async Task Limits_OfCallersOnAllSlots_AreSharedByReplicas(RedisEngine engine)
    {
        await using var hosts = await StartAsync(2, await RedisClusters.ConnectionStringAsync(engine), Ten);

        // Enough callers that each primary has some.
        foreach (var i in Enumerable.Range(0, 16))
        {
            var who = Who.Admin with { Subject = $"{Guid.NewGuid()} {i}" };
            Assert.Equal(InThenOut(10, 1), await hosts.CallAsync(11, CreateTitle, who));
        }
    }

    [Theory]
    [InlineData(RedisEngine.Redis)]
    [InlineData(RedisEngine.Garnet)]
    public async Task Records_OfKeysOnAllSlots_AreSharedByReplicas(RedisEngine engine)
    {
        var redis = await RedisClusters.ConnectionStringAsync(engine);
        await using var one = await IdempotentHost.StartAsync(redis);
        await using var two = await IdempotentHost.StartAsync(redis);

        foreach (var key in Enumerable.Range(0, 16).Select(_ => Guid.NewGuid().ToString()))
        {
            var (first, second) = (await one.CreateAsync(key), await two.CreateAsync(key));
            Assert.Equal((IdempotencyStatus.Recorded, IdempotencyStatus.Replayed), (first.Status, second.Status));
            Assert.Equal(first.Answer, second.Answer);
        }
    }

    [Theory]
    [InlineData(RedisEngine.Redis)]
    [InlineData(RedisEngine.Garnet)]
    public async Task Call_SameKeyOnTwoReplicasAtOnce_RunsOnce(RedisEngine engine)
    {
        var redis = await RedisClusters.ConnectionStringAsync(engine);
        await using var one = await IdempotentHost.StartAsync(redis);
        await using var two = await IdempotentHost.StartAsync(redis);
        var key = Guid.NewGuid().ToString();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? one : two).CreateUntilAnsweredAsync(key)));

        Assert.Equal(1, one.Ran.Count + two.Ran.Count);
        Assert.Single(outcomes.Select(outcome => outcome.Answer).Distinct());
    }
}
