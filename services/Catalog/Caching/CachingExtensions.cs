using Microsoft.Extensions.Caching.Memory;
using StackExchange.Redis;
using ZiggyCreatures.Caching.Fusion;
using ZiggyCreatures.Caching.Fusion.Backplane.StackExchangeRedis;

namespace MoviesNow.Catalog.Caching;

internal static class CachingExtensions
{
    /// <summary>Adds <see cref="TitleCache"/>: answers in memory, changes told through Redis.</summary>
    public static void AddTitleCache(this IServiceCollection services)
    {
        services.AddFusionCache(TitleCache.Name)
            .WithOptions(options =>
            {
                // A Redis that is away must not hold up the first call.
                options.WaitForInitialBackplaneSubscribe = false;
                options.EnableSyncEventHandlersExecution = true;
                // The memory is this cache's own.
                options.MissingCacheKeyPrefixWarningLogLevel = LogLevel.None;
            })
            .WithDefaultEntryOptions(new FusionCacheEntryOptions(TitleCache.Lifetime)
            {
                Size = 1,
                // Reading changes nothing that others should hear of.
                SkipBackplaneNotifications = true,
                // Readers of what is not there do not queue up behind each other.
                LockTimeout = TimeSpan.FromMilliseconds(250),
            })
            .WithMemoryCache(new MemoryCache(new MemoryCacheOptions { SizeLimit = TitleCache.MaxWeight }))
            .WithBackplane(provider => new RedisBackplane(new RedisBackplaneOptions
            {
                ConnectionMultiplexerFactory = () => Task.FromResult(provider.GetRequiredService<IConnectionMultiplexer>()),
            }));
        services.AddSingleton<TitleCache>();
        services.AddSingleton<UnknownOutcomeInterceptor>();
    }
}
