using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.Testing;

namespace MoviesNow.ServiceDefaults.Tests.Idempotency;

public sealed class RedisOutageTests(GarnetOutageFixture garnet) : IClassFixture<GarnetOutageFixture>
{
    [Fact]
    public async Task Call_WhileRedisIsDown_RunsAndSaysSoAndIsRecordedAgainAfterwards()
    {
        var time = new LeaseTime();
        await using var host = await IdempotentHost.StartAsync($"{garnet.Server.ConnectionString},syncTimeout=500", create: null, time);
        var key = Guid.NewGuid().ToString();
        var before = await host.CreateAsync(key);
        await garnet.Server.KillAsync();

        var first = await host.CreateAsync("another");
        var second = await host.CreateAsync("another");

        Assert.Equal(IdempotencyStatus.Recorded, before.Status);
        Assert.Equal((IdempotencyStatus.Unprotected, IdempotencyStatus.Unprotected), (first.Status, second.Status));
        // What a database's unique column needs to have the effect once.
        Assert.NotNull(host.Ran.ElementAt(1));
        Assert.Equal(host.Ran.ElementAt(1), host.Ran.ElementAt(2));

        // Said at once, and again every ten seconds.
        Assert.Single(host.Complaints);
        time.Advance(TimeSpan.FromSeconds(10));
        await host.CreateAsync("another");
        Assert.Equal(2, host.Complaints.Count());

        await garnet.Server.StartAsync();
        while ((await host.CreateAsync(key = Guid.NewGuid().ToString())).Status is not IdempotencyStatus.Recorded)
        {
            await Task.Delay(50);
        }

        Assert.Equal(IdempotencyStatus.Replayed, (await host.CreateAsync(key)).Status);
    }

    [Fact]
    public async Task Call_RedisDiesInTheMiddle_GivesTheAnswerAndSaysThatItIsNotKept()
    {
        await using var host = await IdempotentHost.StartAsync(garnet.Server.ConnectionString, async (request, _) =>
        {
            await garnet.Server.KillAsync();
            return IdempotentHost.TitleOf(request);
        });

        var outcome = await host.CreateAsync(Guid.NewGuid().ToString());

        Assert.Equal(("OK", IdempotencyStatus.Unprotected), (outcome.Reason, outcome.Status));
        await garnet.Server.StartAsync();
    }
}
