using System.Collections.Concurrent;
using MoviesNow.Testing;
using StackExchange.Redis;

namespace Compat.Redis.Tests;

public sealed class RedisOutageTests(GarnetOutageFixture garnet) : IClassFixture<GarnetOutageFixture>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Restart_WhileInUse_ReconnectsAndNoReplyIsLostOrCrossed(bool kill)
    {
        await using var connection = await ConnectAsync();
        var database = connection.GetDatabase();
        using var stop = new CancellationTokenSource();
        var acknowledged = new ConcurrentDictionary<int, int>();
        var failures = 0;

        // Each caller writes ascending numbers to its key and reads them back: whatever is not its own is a crossed reply.
        var callers = Enumerable.Range(0, 16).Select(caller => Task.Run(async () =>
        {
            for (var i = 1; !stop.IsCancellationRequested; i++)
            {
                var value = $"{caller}:{i}";
                try
                {
                    await database.StringSetAsync($"restart:{kill}:{caller}", value);
                    acknowledged[caller] = i;
                    Assert.Equal(value, (string?)await database.StringGetAsync($"restart:{kill}:{caller}"));
                }
                catch (Exception e) when (e is RedisConnectionException or RedisTimeoutException)
                {
                    Interlocked.Increment(ref failures);
                    await Task.Delay(20);
                }
            }
        })).ToArray();

        await UntilAsync(() => acknowledged.Count == 16);
        await (kill ? garnet.Server.KillAsync() : garnet.Server.StopAsync());
        await UntilAsync(() => Volatile.Read(ref failures) > 0);
        await garnet.Server.StartAsync();
        var before = acknowledged.ToDictionary();
        await UntilAsync(() => acknowledged.All(caller => caller.Value > before[caller.Key]));
        await stop.CancelAsync();
        await Task.WhenAll(callers);

        foreach (var (caller, i) in acknowledged)
            Assert.Equal($"{caller}:{i}", (string?)await database.StringGetAsync($"restart:{kill}:{caller}"));
    }

    [Fact]
    public async Task Restart_Subscribed_MessagesArriveAgain()
    {
        await using var connection = await ConnectAsync();
        var subscriber = connection.GetSubscriber();
        var received = new ConcurrentQueue<string>();
        await subscriber.SubscribeAsync(RedisChannel.Literal("again"), (_, message) => received.Enqueue(message!));

        await garnet.Server.StopAsync();
        await garnet.Server.StartAsync();

        await using var publisher = await ConnectAsync();
        await UntilAsync(async () => await publisher.GetSubscriber().PublishAsync(RedisChannel.Literal("again"), "hello") > 0);
        await UntilAsync(() => !received.IsEmpty);
        Assert.All(received, static message => Assert.Equal("hello", message));
    }

    [Fact]
    public async Task Command_ServerHangs_TimesOutAndLaterOnesAreNotCrossed()
    {
        await using var connection = await ConnectAsync();
        var database = connection.GetDatabase();
        await database.StringSetAsync("mine", "value");

        var slow = Enumerable.Range(0, 50).Select(_ => database.ScriptEvaluateAsync("local n = 0 for i = 1, 20000000 do n = n + i end return 'slow'")).ToArray();
        Assert.Equal("value", (string?)await RetryAsync(() => database.StringGetAsync("mine")));

        foreach (var reply in slow)
        {
            try
            {
                Assert.Equal("slow", (string?)await reply);
            }
            catch (RedisTimeoutException)
            {
                // Its reply is still owed by the server, and must go to nobody else.
            }
        }

        Assert.Equal("value", (string?)await database.StringGetAsync("mine"));
    }

    private async Task<ConnectionMultiplexer> ConnectAsync()
    {
        var options = ConfigurationOptions.Parse(garnet.Server.ConnectionString);
        options.AbortOnConnectFail = false;
        options.ConnectTimeout = 1000;
        options.AsyncTimeout = 2000;
        options.ReconnectRetryPolicy = new LinearRetry(100);
        return await ConnectionMultiplexer.ConnectAsync(options);
    }

    private static async Task<RedisValue> RetryAsync(Func<Task<RedisValue>> ask)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await ask();
            }
            catch (RedisTimeoutException) when (attempt < 30)
            {
                // The next try waits for the server as long again.
            }
        }
    }

    private static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await condition())
            await Task.Delay(20, timeout.Token);
    }
}
