using Microsoft.Extensions.Logging.Abstractions;
using MoviesNow.Storage;
using MoviesNow.Testing;
using MoviesNow.Upload.Bundles;
using MoviesNow.Upload.Uploads;
using StackExchange.Redis;

namespace UploadTests.Bundles;

/// <summary>What the service keeps in Redis, on clusters of three primaries.</summary>
public sealed class BundleLockClusterTests
{
    [Theory]
    [InlineData(RedisEngine.Redis)]
    [InlineData(RedisEngine.Garnet)]
    public async Task TakeAsync_OnTwoReplicas_IsOneAfterTheOther(RedisEngine engine)
    {
        await using var one = await ConnectionMultiplexer.ConnectAsync(await RedisClusters.ConnectionStringAsync(engine));
        await using var two = await ConnectionMultiplexer.ConnectAsync(await RedisClusters.ConnectionStringAsync(engine));
        foreach (var season in Enumerable.Range(1, 9))
        {
            var key = StorageKey.Parse($"bundles/{Guid.CreateVersion7()}/S{season:00}.zip");
            var first = await LockOf(one).TakeAsync(key, CancellationToken.None);
            var second = LockOf(two).TakeAsync(key, CancellationToken.None);
            Assert.False(second.IsCompleted);

            await first.DisposeAsync();
            await (await second).DisposeAsync();

            await one.GetDatabase().StringSetAsync($"mn:upload:check:{{{key.Value}}}", season);
            Assert.Equal(season, await new CheckProgress(two, TimeProvider.System).FindAsync(key));
        }
    }

    private static BundleLock LockOf(ConnectionMultiplexer redis) => new(redis, TimeProvider.System, NullLogger<BundleLock>.Instance);
}
