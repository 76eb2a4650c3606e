using Microsoft.Extensions.DependencyInjection;
using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.ServiceDefaults.Redis;
using MoviesNow.Testing;
using StackExchange.Redis;

namespace MoviesNow.ServiceDefaults.Tests.Idempotency;

/// <summary>What a host has of Redis before and after it is connected.</summary>
public sealed class SharedRedisTests(GarnetFixture garnet) : IClassFixture<GarnetFixture>
{
    // Of waits that end at once, unless something is broken.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _mayConnect = new();

    [Fact]
    public async Task StartAsync_ConnectionThatTakesAMoment_IsThereAfterwards()
    {
        var redis = RedisOf(_ => Connect());

        var starting = redis.StartAsync(default);
        await _asked.Task.WaitAsync(Patience);
        Assert.False(starting.IsCompleted);
        _mayConnect.Set();
        await starting;

        Assert.NotNull(redis.Database);
    }

    [Fact]
    public async Task StartAsync_ConnectionThatTakesLong_GoesOnWithoutItAndHasItLater()
    {
        var redis = RedisOf(_ => Connect());

        await Task.Run(() => redis.StartAsync(default)).WaitAsync(Patience);
        Assert.Null(redis.Database);
        var connecting = redis.ConnectAsync();
        Assert.False(connecting.IsCompleted);
        // However many ask meanwhile, one thread connects.
        Assert.Same(connecting, redis.ConnectAsync());
        _mayConnect.Set();

        Assert.True(await (await connecting).PingAsync() > TimeSpan.Zero);
        Assert.Same(redis.Database, await redis.ConnectAsync());
    }

    [Fact]
    public async Task ConnectAsync_AfterAFaultAtStart_TriesAgain()
    {
        _mayConnect.Set();
        var faults = 1;
        var redis = RedisOf(_ => Interlocked.Decrement(ref faults) >= 0 ? throw new InvalidOperationException("not configured") : Connect());

        await redis.StartAsync(default);

        Assert.Null(redis.Database);
        Assert.NotNull(await redis.ConnectAsync());
    }

    [Fact]
    public async Task Call_BeforeTheConnectionIsThere_WaitsForItAndIsRecorded()
    {
        await using var host = await IdempotentHost.StartAsync(builder => builder.Services.AddSingleton<IConnectionMultiplexer>(_ => Connect()));

        var running = host.CreateAsync(Guid.NewGuid().ToString());
        _mayConnect.Set();

        Assert.Equal(IdempotencyStatus.Recorded, (await running).Status);
    }

    [Fact]
    public async Task Call_OfAHostWithoutRedis_SaysSoAndIsNothingToComplainOf()
    {
        await using var host = await IdempotentHost.StartAsync(_ => { });
        var key = Guid.NewGuid().ToString();

        Assert.Equal(IdempotencyStatus.Unprotected, (await host.CreateAsync(key)).Status);
        Assert.Equal(IdempotencyStatus.Unprotected, (await host.CreateAsync(key)).Status);
        Assert.Equal(2, host.Ran.Count);
        Assert.Empty(host.Complaints);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("127.0.0.1:1,no-such-option=1")]
    public async Task Call_OfAHostWhoseRedisIsNotConfiguredRightly_RunsAndSaysSo(string? connectionString)
    {
        await using var host = await IdempotentHost.StartAsync(builder =>
        {
            builder.Configuration["ConnectionStrings:redis"] = connectionString;
            builder.AddRedis("redis", isVital: false);
        });

        var outcome = await host.CreateAsync(Guid.NewGuid().ToString());

        Assert.Equal(("OK", IdempotencyStatus.Unprotected), (outcome.Reason, outcome.Status));
        Assert.Single(host.Complaints);
    }

    private static SharedRedis RedisOf(Func<IServiceProvider, IConnectionMultiplexer> connect)
    {
        var services = new ServiceCollection().AddSingleton(connect).BuildServiceProvider();
        return new SharedRedis(services, services.GetRequiredService<IServiceProviderIsService>());
    }

    private ConnectionMultiplexer Connect()
    {
        _asked.TrySetResult();
        return _mayConnect.Wait(Patience) ? ConnectionMultiplexer.Connect(garnet.ConnectionString) : throw new TimeoutException();
    }
}
