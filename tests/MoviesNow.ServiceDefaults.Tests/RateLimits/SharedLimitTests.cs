using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using MoviesNow.ServiceDefaults.Identity;
using MoviesNow.ServiceDefaults.RateLimits;
using MoviesNow.Testing;
using StackExchange.Redis;
using static MoviesNow.ServiceDefaults.Tests.RateLimits.LimitedHosts;

namespace MoviesNow.ServiceDefaults.Tests.RateLimits;

/// <summary>Three replicas and one Redis.</summary>
public sealed class SharedLimitTests(GarnetFixture garnet) : IClassFixture<GarnetFixture>
{
    private static readonly (string, string?)[] Twenty = [("RateLimits:AdminWritesPerMinute", "20")];

    [Fact]
    public async Task Call_ManyAtOnce_AdmitsExactlyTheLimitOverAllReplicas()
    {
        await using var hosts = await StartAsync(3, garnet.ConnectionString, Twenty);

        var answers = await Task.WhenAll(Enumerable.Range(0, 90).Select(i => hosts.CallOneAsync(i, CreateTitle, Who.Admin with { Subject = "many" })));

        Assert.Equal((20, 70), (answers.Count(answer => answer.Reason is In), answers.Count(answer => answer.Reason is Out)));
        Assert.All(answers, answer => Assert.Equal(answer.Reason is Out, RetryDelayOf(answer) is { Ticks: > 0 }));
    }

    [Fact]
    public async Task Call_AfterTheDelayThatWasTold_IsAdmittedByAnyReplica()
    {
        await using var hosts = await StartAsync(3, garnet.ConnectionString, Twenty);
        var who = Who.Admin with { Subject = "patient" };
        Assert.Equal(Times(In, 20), await hosts.CallAsync(20, CreateTitle, who));

        for (var i = 0; i < 6; i++)
        {
            var refused = await hosts.CallOneAsync(i, CreateTitle, who);
            Assert.Equal(Out, refused.Reason);
            hosts.Time.Now += RetryDelayOf(refused)!.Value;
            Assert.Equal(In, (await hosts.CallOneAsync(i + 1, CreateTitle, who)).Reason);
        }
    }

    [Fact]
    public async Task Call_InTheNextWindow_FindsThePermitsThatOtherReplicasGave()
    {
        await using var hosts = await StartAsync(3, garnet.ConnectionString, Twenty);
        var who = Who.Admin with { Subject = "sliding" };
        await hosts.CallAsync(20, CreateTitle, who);

        hosts.Time.Now += TimeSpan.FromSeconds(75);
        Assert.Equal(InThenOut(5, 1), await hosts.CallAsync(6, CreateTitle, who));
        Assert.Equal([In], await hosts.CallAsync(1, UpdateTitle, who));
        Assert.Equal([In], await hosts.CallAsync(1, CreateTitle, who with { Subject = "sliding too" }));
    }

    [Fact]
    public async Task Call_RefusedManyTimes_DoesNotPostponeTheNext()
    {
        await using var hosts = await StartAsync(3, garnet.ConnectionString, Twenty);
        var who = Who.Admin with { Subject = "hammer" };
        await hosts.CallAsync(20, CreateTitle, who);

        hosts.Time.Now += TimeSpan.FromSeconds(90);
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => hosts.CallOneAsync(i, CreateTitle, who)));
        Assert.Equal(10, answers.Count(answer => answer.Reason is In));
        hosts.Time.Now += TimeSpan.FromSeconds(15);
        Assert.Equal(InThenOut(5, 1), await hosts.CallAsync(6, CreateTitle, who));
    }

    [Theory]
    [InlineData(121)]
    [InlineData(1_000)]
    [InlineData(20_000)]
    public async Task Take_LargeLimitFromAllReplicasAtOnce_GivesNearlyAndNeverMoreThanTheLimit(int permits)
    {
        await using var hosts = await StartAsync(3, garnet.ConnectionString);
        var limit = new RateLimit("test/Large", $"test/Large{permits}", new SlidingWindow(permits, 60_000));
        var caller = new CallerId(CallerKind.Subject, "large");
        var limiters = hosts.Replicas.Select(replica => replica.Services.GetRequiredService<RateLimiter>()).ToArray();
        var admitted = 0;

        await Task.WhenAll(Enumerable.Range(0, 12).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; i < permits / 4; i++)
            {
                if ((await limiters[worker % 3].TakeAsync(limit, caller)).IsAdmitted)
                {
                    Interlocked.Increment(ref admitted);
                }
            }
        })));

        Assert.InRange(admitted, permits * 9 / 10, permits);
    }

    [Fact]
    public async Task Take_LargeLimit_AsksRedisForFewOfTheCalls()
    {
        await using var hosts = await StartAsync(1, garnet.ConnectionString);
        var limiter = hosts.Replicas[0].Services.GetRequiredService<RateLimiter>();
        var limit = new RateLimit("test/Quick", "test/Quick", new SlidingWindow(4_000, 60_000));
        var asked = 0;

        for (var i = 0; i < 2_000; i++)
        {
            var taking = limiter.TakeAsync(limit, new CallerId(CallerKind.Subject, "quick"));
            asked += taking.IsCompletedSuccessfully ? 0 : 1;
            Assert.True((await taking).IsAdmitted);
        }

        Assert.InRange(asked, 1, 40);
    }

    [Fact]
    public async Task Take_LeaseOfTheWindowBefore_IsNotSpentInTheNext()
    {
        await using var hosts = await StartAsync(2, garnet.ConnectionString);
        var limit = new RateLimit("test/Edge", "test/Edge", new SlidingWindow(400, 60_000));
        var caller = new CallerId(CallerKind.Subject, "edge");
        var limiters = hosts.Replicas.Select(replica => replica.Services.GetRequiredService<RateLimiter>()).ToArray();

        // The first replica leases ten and spends one; then the second takes all that two windows later are to be had.
        await limiters[0].TakeAsync(limit, caller);
        hosts.Time.Now += TimeSpan.FromMinutes(2);
        var second = 0;
        while ((await limiters[1].TakeAsync(limit, caller)).IsAdmitted)
        {
            second++;
        }

        Assert.Equal(400, second);
        Assert.False((await limiters[0].TakeAsync(limit, caller)).IsAdmitted);
    }

    [Fact]
    public async Task Keys_OfAllKinds_NameNobodyAndExpire()
    {
        const string key = "0123456789abcdef-public-key";
        await using var hosts = await StartAsync(1, garnet.ConnectionString, ("Auth:ApiKeys:0", key));
        var subject = "somebody@example.com";
        await hosts.CallAsync(1, CreateTitle, Who.Admin with { Subject = subject });
        await hosts.CallAsync(1, GetTitle, null, ("x-api-key", key));
        var redis = hosts.Replicas[0].Services.GetRequiredService<IConnectionMultiplexer>();
        var database = redis.GetDatabase();

        var keys = new ConcurrentBag<RedisKey>();
        await foreach (var name in redis.GetServers()[0].KeysAsync(database.Database, "mn:rate:*"))
        {
            keys.Add(name);
        }

        Assert.NotEmpty(keys);
        Assert.All(keys, name =>
        {
            Assert.Matches(@"^mn:rate:\{[A-Za-z0-9_-]{22}:[A-Za-z0-9./:]+\}:[0-9]+:[0-9]+$", name.ToString());
            Assert.DoesNotContain(subject, name.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(key, name.ToString(), StringComparison.Ordinal);
        });
        foreach (var name in keys)
        {
            Assert.InRange((await database.KeyTimeToLiveAsync(name))!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(3));
        }
    }
}
