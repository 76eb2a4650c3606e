using System.Security.Cryptography;
using MoviesNow.Testing;
using StackExchange.Redis;

namespace Compat.Redis.Tests;

/// <summary>The official client on the stand-ins, against a real server.</summary>
public sealed class RedisTests(GarnetFixture garnet) : IClassFixture<GarnetFixture>, IAsyncLifetime
{
    private ConnectionMultiplexer _connection = null!;

    private IDatabase Database => _connection.GetDatabase();

    public async Task InitializeAsync() => _connection = await ConnectionMultiplexer.ConnectAsync(garnet.ConnectionString);

    public async Task DisposeAsync() => await _connection.DisposeAsync();

    [Fact]
    public async Task Pipelined_TenThousandCommands_RepliesInOrder()
    {
        var replies = Enumerable.Range(0, 10_000).Select(_ => Database.StringIncrementAsync("pipelined")).ToArray();

        Assert.Equal(Enumerable.Range(1, 10_000).Select(static i => (long)i), await Task.WhenAll(replies));
    }

    [Fact]
    public async Task Concurrent_ManyCallersAndSizes_EachGetsItsOwnReply()
    {
        await Parallel.ForAsync(0, 64, async (caller, _) =>
        {
            for (var i = 0; i < 100; i++)
            {
                var value = new string((char)('a' + (caller % 26)), (caller * 97) + i);
                var key = $"concurrent:{caller}";
                await Database.StringSetAsync(key, value);
                Assert.Equal(value, (string?)await Database.StringGetAsync(key));
            }
        });
    }

    [Fact]
    public async Task Blocking_ManyThreads_EachGetsItsOwnReply() =>
        await Parallel.ForAsync(0, 16, async (caller, _) =>
        {
            await Task.Yield();
            for (var i = 0; i < 50; i++)
            {
                Database.StringSet($"blocking:{caller}", i);
                Assert.Equal(i, (int)Database.StringGet($"blocking:{caller}"));
            }
        });

    [Fact]
    public async Task Transaction_ConditionHolds_AllIsDone()
    {
        await Database.StringSetAsync("balance", 5);
        var transaction = Database.CreateTransaction();
        transaction.AddCondition(Condition.StringEqual("balance", 5));
        var increment = transaction.StringIncrementAsync("balance");
        var field = transaction.HashSetAsync("balance:log", "entry", 6);

        Assert.True(await transaction.ExecuteAsync());
        Assert.Equal(6, await increment);
        Assert.True(await field);
    }

    [Fact]
    public async Task Transaction_ConditionFails_NothingIsDone()
    {
        await Database.StringSetAsync("guarded", 5);
        var transaction = Database.CreateTransaction();
        transaction.AddCondition(Condition.StringEqual("guarded", 4));
        var increment = transaction.StringIncrementAsync("guarded");

        Assert.False(await transaction.ExecuteAsync());
        await Assert.ThrowsAsync<TaskCanceledException>(() => increment);
        Assert.Equal(5, (int)await Database.StringGetAsync("guarded"));
    }

    [Fact]
    public async Task Script_ArraysNestedAndEmpty_AreRead()
    {
        var result = (RedisResult[])(await Database.ScriptEvaluateAsync("return {1, {'two', {3, {}}}, 'four'}"))!;

        Assert.Equal(1, (int)result[0]);
        Assert.Equal("two", (string?)result[1][0]);
        Assert.Equal(3, (int)result[1][1][0]);
        Assert.Empty((RedisResult[])result[1][1][1]!);
        Assert.Equal("four", (string?)result[2]);
    }

    [Fact]
    public async Task LargeReply_HundredThousandElements_IsWhole()
    {
        var values = Enumerable.Range(0, 100_000).Select(static i => (RedisValue)i).ToArray();
        await Database.ListRightPushAsync("large", values);

        Assert.Equal(values, await Database.ListRangeAsync("large"));
    }

    [Fact]
    public async Task PubSub_TwoHandlersAndPattern_EachGetsEveryMessageInOrder()
    {
        var subscriber = _connection.GetSubscriber();
        var first = await subscriber.SubscribeAsync(RedisChannel.Literal("news:films"));
        var second = await subscriber.SubscribeAsync(RedisChannel.Pattern("news:*"));

        for (var i = 0; i < 100; i++)
            await subscriber.PublishAsync(RedisChannel.Literal("news:films"), i);

        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(i, (int)(await first.ReadAsync(timeout.Token)).Message);
            Assert.Equal(i, (int)(await second.ReadAsync(timeout.Token)).Message);
        }

        await subscriber.UnsubscribeAllAsync();
    }

    [Fact]
    public async Task HundredMegabytes_WrittenAndReadInChunks_AreTheSame()
    {
        const int ChunkLength = 4 << 20;
        using var written = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var chunk = new byte[ChunkLength];
        for (var i = 0; i < 25; i++)
        {
            new Random(i).NextBytes(chunk);
            written.AppendData(chunk);
            Assert.Equal((i + 1L) * ChunkLength, await Database.StringAppendAsync("big", chunk));
        }

        using var read = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 0L; i < 25; i++)
            read.AppendData((byte[])(await Database.StringGetRangeAsync("big", i * ChunkLength, ((i + 1) * ChunkLength) - 1))!);

        var expected = written.GetHashAndReset();
        Assert.Equal(expected, read.GetHashAndReset());
        Assert.Equal(expected, SHA256.HashData((byte[])(await Database.StringGetAsync("big"))!));
        await Database.KeyDeleteAsync("big");
    }

    [Fact]
    public async Task SmallCommands_BesideLargeOnes_AreAnswered()
    {
        var large = new byte[16 << 20];
        var writes = Enumerable.Range(0, 4).Select(i => Database.StringSetAsync($"beside:{i}", large)).ToArray();
        var small = Enumerable.Range(0, 1000).Select(_ => Database.StringIncrementAsync("beside")).ToArray();

        Assert.All(await Task.WhenAll(writes), Assert.True);
        Assert.Equal(Enumerable.Range(1, 1000).Select(static i => (long)i), await Task.WhenAll(small));
        await Database.KeyDeleteAsync([.. Enumerable.Range(0, 4).Select(static i => (RedisKey)$"beside:{i}")]);
    }
}
