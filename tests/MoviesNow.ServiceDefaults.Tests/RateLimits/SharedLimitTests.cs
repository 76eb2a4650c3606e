using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.RateLimiting;
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
    // A permit comes back each minute, which no test waits for.
    private static readonly (string, string?)[] Twenty = [("RateLimits:AdminWritesPerMinute", "1"), ("RateLimits:Window", "00:20:00")];

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
        // Five at once, and one every two seconds.
        await using var hosts = await StartAsync(3, garnet.ConnectionString, ("RateLimits:AdminWritesPerMinute", "30"), ("RateLimits:Window", "00:00:10"));
        var who = Who.Admin with { Subject = "patient" };

        for (var i = 0; i < 4; i++)
        {
            var answer = await hosts.CallOneAsync(i, CreateTitle, who);
            for (var calls = 0; answer.Reason is In && calls < 100; calls++)
            {
                answer = await hosts.CallOneAsync(i, CreateTitle, who);
            }

            Assert.Equal(Out, answer.Reason);
            var delay = RetryDelayOf(answer)!.Value;
            Assert.InRange(delay, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(2));
            await hosts.WaitAsync(delay);
            Assert.Equal(In, (await hosts.CallOneAsync(i + 1, CreateTitle, who)).Reason);
        }
    }

    [Fact]
    public async Task Call_OthersAndOtherMethods_AreCountedApart()
    {
        await using var hosts = await StartAsync(3, garnet.ConnectionString, Twenty);
        var who = Who.Admin with { Subject = "apart" };

        Assert.Equal(InThenOut(20, 1), await hosts.CallAsync(21, CreateTitle, who));
        Assert.Equal([In], await hosts.CallAsync(1, UpdateTitle, who));
        Assert.Equal([In], await hosts.CallAsync(1, CreateTitle, who with { Subject = "apart too" }));
    }

    [Fact]
    public async Task Call_RefusedManyTimes_DoesNotPostponeTheNext()
    {
        await using var hosts = await StartAsync(3, garnet.ConnectionString, Twenty);
        var who = Who.Admin with { Subject = "hammer" };
        await hosts.CallAsync(20, CreateTitle, who);

        for (var round = 0; round < 3; round++)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => hosts.CallOneAsync(i, CreateTitle, who)));
            Assert.All(answers, answer => Assert.InRange(RetryDelayOf(answer)!.Value, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1)));

            // The replicas ask Redis again.
            hosts.Advance(TimeSpan.FromMinutes(1));
        }
    }

    [Theory]
    [InlineData(121)]
    [InlineData(1_000)]
    [InlineData(20_000)]
    public async Task Acquire_LargeLimitFromAllReplicasAtOnce_GivesNearlyAndNeverMoreThanTheLimit(int permits)
    {
        await using var hosts = await StartAsync(3, garnet.ConnectionString);
        var limit = new RateLimit("test/Large", $"test/Large{permits}", permits, TimeSpan.FromHours(1));
        var caller = new CallerId(CallerKind.Subject, "large");
        var limiters = hosts.Replicas.Select(replica => replica.Services.GetRequiredService<PartitionedRateLimiter<LimitedCaller>>()).ToArray();
        var admitted = 0;
        var start = Stopwatch.GetTimestamp();

        await Task.WhenAll(Enumerable.Range(0, 12).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; i < permits / 4; i++)
            {
                if ((await limiters[worker % 3].AcquireAsync(new LimitedCaller(limit, caller))).IsAcquired)
                {
                    Interlocked.Increment(ref admitted);
                }
            }
        })));

        var cameBack = (int)Math.Ceiling(permits * Stopwatch.GetElapsedTime(start) / TimeSpan.FromHours(1));
        Assert.InRange(admitted, permits * 9 / 10, permits + cameBack);
    }

    [Fact]
    public async Task Acquire_LargeLimit_AsksRedisForFewOfTheCalls()
    {
        await using var hosts = await StartAsync(1, garnet.ConnectionString);
        var limiter = hosts.Replicas[0].Services.GetRequiredService<PartitionedRateLimiter<LimitedCaller>>();
        var limit = new RateLimit("test/Quick", "test/Quick", 4_000, TimeSpan.FromMinutes(1));
        var asked = 0;

        for (var i = 0; i < 2_000; i++)
        {
            var taking = limiter.AcquireAsync(new LimitedCaller(limit, new CallerId(CallerKind.Subject, "quick")));
            asked += taking.IsCompletedSuccessfully ? 0 : 1;
            Assert.True((await taking).IsAcquired);
        }

        Assert.InRange(asked, 1, 40);
    }

    [Fact]
    public async Task Acquire_PermitsThatWereTakenAWindowAgo_AreNotSpent()
    {
        await using var hosts = await StartAsync(2, garnet.ConnectionString);
        var caller = new LimitedCaller(new RateLimit("test/Edge", "test/Edge", 400, TimeSpan.FromHours(1)), new CallerId(CallerKind.Subject, "edge"));
        var limiters = hosts.Replicas.Select(replica => replica.Services.GetRequiredService<PartitionedRateLimiter<LimitedCaller>>()).ToArray();

        // The first replica takes ten and spends one, then the second takes the rest. Redis does not see the hour pass.
        await limiters[0].AcquireAsync(caller);
        hosts.Advance(TimeSpan.FromHours(1));
        while ((await limiters[1].AcquireAsync(caller)).IsAcquired)
        {
        }

        Assert.False((await limiters[0].AcquireAsync(caller)).IsAcquired);
    }

    [Fact]
    public async Task Keys_OfAllKinds_NameNobodyAndExpire()
    {
        const string key = "0123456789abcdef-public-key";
        await using var hosts = await StartAsync(
            1, garnet.ConnectionString, [.. Twenty, ("Auth:ApiKeys:0", key), ("RateLimits:ReadsPerMinute", "1"), ("RateLimits:PeoplePerApiKey", "1")]);
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
            Assert.Matches(@"^mn:rate:\{[A-Za-z0-9_-]{22}:[A-Za-z0-9./:]+\}$", name.ToString());
            Assert.DoesNotContain(subject, name.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(key, name.ToString(), StringComparison.Ordinal);
        });
        // The other tests of this class have windows of an hour.
        foreach (var name in keys)
        {
            Assert.InRange((await database.KeyTimeToLiveAsync(name))!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        }
    }
}
