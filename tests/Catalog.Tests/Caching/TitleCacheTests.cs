using Microsoft.Extensions.DependencyInjection;
using MoviesNow.Catalog.Caching;
using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;
using MoviesNow.Testing;
using StackExchange.Redis;

namespace MoviesNow.Catalog.Tests.Caching;

/// <summary>What replicas remember, each with a connection of its own to one Redis.</summary>
public sealed class TitleCacheTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly GarnetOutageFixture _garnet = new();
    private readonly List<ServiceProvider> _providers = [];
    private readonly Guid _title = Samples.NewId();

    public Task InitializeAsync() => _garnet.InitializeAsync();

    public async Task DisposeAsync()
    {
        foreach (var provider in _providers)
        {
            await provider.DisposeAsync();
        }

        await _garnet.DisposeAsync();
    }

    [Fact]
    public async Task GetAsync_ByManyAtOnce_ReadsOnce()
    {
        var cache = await CacheAsync();
        var answer = new TaskCompletionSource<string?>();
        var reads = 0;

        var calls = Enumerable.Range(0, 100).Select(_ => GetAsync(cache, () =>
        {
            Interlocked.Increment(ref reads);
            return answer.Task;
        })).ToArray();
        answer.SetResult("there");

        Assert.All(await Task.WhenAll(calls), value => Assert.Equal("there", value));
        Assert.Equal(1, reads);
        Assert.Equal("there", await GetAsync(cache, "not read"));
    }

    [Fact]
    public async Task GetAsync_OfWhatIsNotThere_ReadsAgain()
    {
        var cache = await CacheAsync();
        Assert.Null(await GetAsync(cache, (string?)null));
        Assert.Equal("there now", await GetAsync(cache, "there now"));
    }

    [Fact]
    public async Task GetAsync_OfWhatIsNotPublic_ReadsAgain()
    {
        var cache = await CacheAsync();
        Assert.Equal("draft", await cache.GetAsync("kind", _title, _ => Task.FromResult<string?>("draft"), _ => false, CancellationToken.None));
        Assert.Equal("out", await GetAsync(cache, "out"));
    }

    [Fact]
    public async Task GetAsync_OfAnotherKindOrTitle_IsAnotherAnswer()
    {
        var cache = await CacheAsync();
        await GetAsync(cache, "one");
        Assert.Equal("two", await cache.GetAsync("other", _title, _ => Task.FromResult<string?>("two"), _ => true, CancellationToken.None));
        Assert.Equal("three", await cache.GetAsync("kind", Samples.NewId(), _ => Task.FromResult<string?>("three"), _ => true, CancellationToken.None));
    }

    [Theory]
    [InlineData(2, "remembered")]
    [InlineData(100, "read again")]
    public async Task GetAsync_OfALongList_IsRememberedWhenThereIsRoom(int mebibytes, string expected)
    {
        var cache = await CacheAsync();
        var big = new Title { Synopsis = new string('x', 1_048_576) };
        await ListAsync([.. Enumerable.Repeat(big, mebibytes - 1), new() { Name = "remembered", Synopsis = big.Synopsis }]);

        Assert.Equal(expected, (await ListAsync([new() { Name = "read again" }]))[^1].Name);

        async Task<List<Title>> ListAsync(List<Title> there) =>
            (await cache.GetAsync<List<Title>>("list", _title, _ => Task.FromResult<List<Title>?>(there), _ => true, CancellationToken.None))!;
    }

    [Fact]
    public async Task ForgetAsync_WhileAReadIsUnderWay_IsNotUndoneByIt()
    {
        var cache = await CacheAsync();
        var slow = new TaskCompletionSource<string?>();
        var before = GetAsync(cache, () => slow.Task);

        await cache.ForgetAsync(_title);
        Assert.Equal("new", await GetAsync(cache, "new"));
        slow.SetResult("old");

        Assert.Equal("old", await before);
        Assert.Equal("new", await GetAsync(cache, "not read"));
    }

    [Fact]
    public async Task ForgetAsync_OnOneReplica_ReachesTheOthersAndSparesOtherTitles()
    {
        var (one, two) = await ReplicasAsync();
        var other = Enumerable.Range(0, 10).Select(_ => Samples.NewId()).ToArray();
        await GetAsync(two, "old");
        foreach (var id in other)
        {
            await two.GetAsync("kind", id, _ => Task.FromResult<string?>("kept"), _ => true, CancellationToken.None);
        }

        await one.ForgetAsync(_title);

        Assert.Equal("new", await GetAsync(one, "new"));
        await BecomesAsync(two, "new");
        var kept = await Task.WhenAll(other.Select(id =>
            two.GetAsync("kind", id, _ => Task.FromResult<string?>("read again"), _ => true, CancellationToken.None).AsTask()));
        Assert.True(kept.Count(value => value == "kept") >= 9, "One change costs at most the titles that share its counter.");
    }

    [Theory]
    [InlineData(RedisEngine.Redis)]
    [InlineData(RedisEngine.Garnet)]
    public async Task ForgetAsync_OnOneReplicaOfACluster_ReachesTheOthers(RedisEngine engine)
    {
        var (one, two) = await ReplicasAsync(await RedisClusters.ConnectionStringAsync(engine));
        await GetAsync(two, "old");

        await one.ForgetAsync(_title);

        await BecomesAsync(two, "new");
    }

    [Fact]
    public async Task ForgetAllAsync_OnOneReplica_ReachesTheOthers()
    {
        var (one, two) = await ReplicasAsync();
        await GetAsync(one, "old");
        await GetAsync(two, "old");

        await one.ForgetAllAsync();

        Assert.Equal("new", await GetAsync(one, "new"));
        await BecomesAsync(two, "new");
    }

    [Fact]
    public async Task ForgetAsync_WhileRedisIsAway_IsSeenByTheOthersAfterAShortTime()
    {
        var (one, two) = (await CacheAsync(), await CacheAsync());
        await GetAsync(two, "from before");
        await _garnet.Server.StopAsync();
        await BecomesAsync(two, "old");

        await one.ForgetAsync(_title);

        Assert.Equal("new", await GetAsync(one, "new"));
        await BecomesAsync(two, "new");
    }

    [Fact]
    public async Task GetAsync_FirstAskedWhileRedisIsLost_Answers()
    {
        var cache = await CacheAsync(connected: _garnet.Server.KillAsync);

        Assert.Equal("there", await GetAsync(cache, "there"));
        await cache.ForgetAsync(_title);
        Assert.Equal("new", await GetAsync(cache, "new"));
    }

    /// <summary>Two replicas, of which the second hears the first: its subscription comes about by itself some time after it has started.</summary>
    private async Task<(TitleCache One, TitleCache Two)> ReplicasAsync(string? redis = null)
    {
        var (one, two) = (await CacheAsync(connected: null, redis), await CacheAsync(connected: null, redis));
        var probe = Samples.NewId();
        using var patience = new CancellationTokenSource(Patience);
        for (var reads = 0; reads < 2;)
        {
            await two.GetAsync("kind", probe, _ => Task.FromResult<string?>($"{++reads}"), _ => true, CancellationToken.None);
            await one.ForgetAsync(probe);
            await Task.Delay(TimeSpan.FromMilliseconds(20), patience.Token);
        }

        return (one, two);
    }

    private async Task<TitleCache> CacheAsync(Func<Task>? connected = null, string? connectionString = null)
    {
        var redis = await ConnectionMultiplexer.ConnectAsync((connectionString ?? _garnet.Server.ConnectionString) + ",abortConnect=false");
        await (connected?.Invoke() ?? Task.CompletedTask);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConnectionMultiplexer>(redis);
        services.AddSingleton<TimeProvider>(new SettledTime());
        services.AddTitleCache();
        var provider = services.BuildServiceProvider();
        _providers.Add(provider);
        return provider.GetRequiredService<TitleCache>();
    }

    private Task<string?> GetAsync(TitleCache cache, string? value) => GetAsync(cache, () => Task.FromResult(value));

    private async Task<string?> GetAsync(TitleCache cache, Func<Task<string?>> read) =>
        await cache.GetAsync("kind", _title, _ => read(), _ => true, CancellationToken.None);

    private async Task BecomesAsync(TitleCache cache, string value)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await GetAsync(cache, value) != value)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), patience.Token);
        }
    }

    /// <summary>At each look an hour later: whatever the connection to Redis did was long ago.</summary>
    private sealed class SettledTime : TimeProvider
    {
        private long _hours;

        public override long GetTimestamp() => Interlocked.Increment(ref _hours) * TimestampFrequency * 3_600;
    }
}
