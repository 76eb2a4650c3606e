using Google.Protobuf;
using StackExchange.Redis;
using ZiggyCreatures.Caching.Fusion;
using ZiggyCreatures.Caching.Fusion.Events;

namespace MoviesNow.Catalog.Caching;

/// <summary>
/// Remembers what the public reads of titles and of what is below them. Whatever changes a title, its seasons, episodes or media forgets all
/// answers about that title. A change is seen at once on the replica that made it, and on the others as soon as Redis tells them;
/// <see cref="Lifetime"/> bounds what a lost message can do. While Redis is away nobody is told, so answers live for
/// <see cref="LifetimeAlone"/> only. What is not there is not remembered.
/// </summary>
internal sealed class TitleCache : IDisposable
{
    /// <summary>Name of the cache, and of its channel in Redis.</summary>
    public const string Name = "mn:catalog:titles";

    /// <summary>How long an answer lives when replicas hear of each other's changes.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    /// <summary>How long an answer lives when they do not.</summary>
    public static readonly TimeSpan LifetimeAlone = TimeSpan.FromSeconds(1);

    /// <summary>How much is remembered at most; what does not fit is read again.</summary>
    public const long MaxWeight = 128 * 1_024;

    private const long UsualWeight = 6;
    private const string All = "all";

    // Subscribing goes on by itself after Redis was found or found again.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);

    private readonly IFusionCache _cache;
    private readonly IConnectionMultiplexer _redis;
    private readonly Generations _generations = new();
    private readonly TimeProvider _time;
    private long _connectionChangedAt;
    private readonly FusionCacheEntryOptions _announced = new() { SkipBackplaneNotifications = false };

    public TitleCache(IFusionCacheProvider caches, IConnectionMultiplexer redis, TimeProvider time)
    {
        (_time, _connectionChangedAt) = (time, time.GetTimestamp());
        (_cache, _redis) = (caches.GetCache(Name), redis);
        _cache.Events.Backplane.MessageReceived += OnMessage;
        _redis.ConnectionFailed += OnConnectionChange;
        _redis.ConnectionRestored += OnConnectionChange;
    }

    /// <summary>An answer about a title, remembered or read; readers that come while one reads wait for its answer.</summary>
    /// <param name="kind">What is asked, such as <c>title</c> or a season with its id; answers of one kind and title are the same.</param>
    /// <param name="titleId">The title.</param>
    /// <param name="read">Reads it; null when it is not there.</param>
    /// <param name="isPublic">Whether the public has it. What it has not may be given to it any moment, and is not remembered.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public ValueTask<T?> GetAsync<T>(
        string kind, Guid titleId, Func<CancellationToken, Task<T?>> read, Predicate<T> isPublic, CancellationToken cancellationToken)
        where T : class
    {
        var (resets, changes) = _generations.Of(titleId);
        return _cache.GetOrSetAsync<T?>(
            $"{kind}:{titleId:N}:{resets}.{changes}",
            async (context, cancellation) =>
            {
                var answer = await read(cancellation);
                context.Options.SkipMemoryCacheWrite = answer is null || !isPublic(answer);
                context.Options.Size = Weight(answer);
                context.Options.Duration = HearsOthers ? Lifetime : LifetimeAlone;
                return answer;
            },
            token: cancellationToken);
    }

    /// <summary>
    /// The title that a season or an episode belongs to; null when there is none. Rows never move, so this is told even of one that is gone,
    /// or that came back under another title: whoever reads the row itself finds out.
    /// </summary>
    /// <param name="id">The season or episode.</param>
    /// <param name="read">Reads the id of its title; null when it is not there.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public ValueTask<string?> TitleOfAsync(Guid id, Func<CancellationToken, Task<string?>> read, CancellationToken cancellationToken) =>
        _cache.GetOrSetAsync<string?>(
            $"title of:{id:N}",
            async (context, cancellation) =>
            {
                var titleId = await read(cancellation);
                context.Options.SkipMemoryCacheWrite = titleId is null;
                return titleId;
            },
            token: cancellationToken);

    /// <summary>Forgets all answers about a title, here and elsewhere. To be called after its change, or one below it, is committed.</summary>
    public async ValueTask ForgetAsync(Guid titleId)
    {
        _generations.Advance(titleId);
        // Whoever made the change may be gone by now; the others are to hear of it all the same.
        await _cache.RemoveAsync(titleId.ToString("N"), _announced, CancellationToken.None);
    }

    /// <summary>Forgets all titles, for changes of many of them.</summary>
    public async ValueTask ForgetAllAsync()
    {
        _generations.AdvanceAll();
        await _cache.RemoveAsync(All, _announced, CancellationToken.None);
    }

    public void Dispose()
    {
        _cache.Events.Backplane.MessageReceived -= OnMessage;
        _redis.ConnectionFailed -= OnConnectionChange;
        _redis.ConnectionRestored -= OnConnectionChange;
    }

    /// <summary>What an answer takes of <see cref="MaxWeight"/>: about the kibibytes that it has in memory.</summary>
    private static long Weight<T>(T answer) => answer switch
    {
        IMessage message => Weight(message.CalculateSize()),
        IEnumerable<IMessage> messages => Weight(messages.Sum(message => (long)message.CalculateSize())),
        _ => UsualWeight,
    };

    private static long Weight(long serializedBytes) => 1 + (serializedBytes / 512);

    private bool HearsOthers => _redis.IsConnected && _time.GetElapsedTime(Volatile.Read(ref _connectionChangedAt)) > Settling;

    private void OnMessage(object? sender, FusionCacheBackplaneMessageEventArgs args)
    {
        if (Guid.TryParseExact(args.Message.CacheKey, "N", out var titleId))
        {
            _generations.Advance(titleId);
        }
        else if (args.Message.CacheKey == All)
        {
            _generations.AdvanceAll();
        }
    }

    // Changes of other replicas were missed, or will be.
    private void OnConnectionChange(object? sender, ConnectionFailedEventArgs args)
    {
        Volatile.Write(ref _connectionChangedAt, _time.GetTimestamp());
        _generations.AdvanceAll();
    }
}
