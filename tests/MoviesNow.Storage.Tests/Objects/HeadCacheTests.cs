using Microsoft.Extensions.Options;
using MoviesNow.Storage.Tests.Support;

namespace MoviesNow.Storage.Tests.Objects;

[Collection(nameof(StorageFixture))]
public sealed class HeadCacheTests(StorageFixture storage)
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly FixedClock _clock = new(DateTimeOffset.UnixEpoch);

    private HeadCache NewCache(TimeSpan duration) => new(storage.Store, Options.Create(new StorageOptions { HeadCacheDuration = duration }), _clock);

    [Fact]
    public async Task HeadAsync_Found_IsRememberedUntilItExpires()
    {
        var cache = NewCache(TimeSpan.FromSeconds(15));
        var key = await storage.StoreAsync([1]);
        Assert.NotNull(await cache.HeadAsync(key, None));
        await storage.Store.DeleteAsync(key, None);

        _clock.Now += TimeSpan.FromSeconds(7);
        Assert.NotNull(cache.Recall(key));
        Assert.NotNull(await cache.HeadAsync(key, None));
        _clock.Now += TimeSpan.FromSeconds(8);
        Assert.Null(cache.Recall(key));
        Assert.Null(await cache.HeadAsync(key, None));
    }

    [Fact]
    public async Task HeadAsync_InUse_IsAskedAnewWhileNobodyWaits()
    {
        var cache = NewCache(TimeSpan.FromSeconds(15));
        var key = await storage.StoreAsync([1]);
        await cache.HeadAsync(key, None);
        await storage.Store.DeleteAsync(key, None);
        await storage.Store.PutAsync(key, new OneWayStream([1, 2]), 2, null, new ObjectHeaders(), None);

        // At random, but 13.5 seconds at the latest.
        _clock.Now += TimeSpan.FromSeconds(13.5);
        Assert.Equal(1, cache.Recall(key)!.Size);

        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (cache.Recall(key)!.Size == 1)
        {
            await Task.Delay(10, patience.Token);
        }

        _clock.Now += TimeSpan.FromSeconds(14);
        Assert.NotNull(cache.Recall(key));
    }

    [Fact]
    public async Task HeadAsync_Absent_IsNotRemembered()
    {
        var cache = NewCache(TimeSpan.FromSeconds(15));
        var key = StorageFixture.NewKey();
        Assert.Null(await cache.HeadAsync(key, None));
        await storage.Store.PutAsync(key, new OneWayStream([1]), 1, null, new ObjectHeaders(), None);
        Assert.NotNull(await cache.HeadAsync(key, None));
    }

    [Fact]
    public async Task Forget_OrNoDuration_AsksStorageAgain()
    {
        var (cache, off) = (NewCache(TimeSpan.FromSeconds(15)), NewCache(TimeSpan.Zero));
        var key = await storage.StoreAsync([1]);
        Assert.NotNull(await cache.HeadAsync(key, None));
        Assert.NotNull(await off.HeadAsync(key, None));
        await storage.Store.DeleteAsync(key, None);
        cache.Forget(key);
        Assert.Null(await cache.HeadAsync(key, None));
        Assert.Null(await off.HeadAsync(key, None));
    }
}
