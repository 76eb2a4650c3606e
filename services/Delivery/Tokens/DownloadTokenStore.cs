using MoviesNow.Storage;
using StackExchange.Redis;

namespace MoviesNow.Delivery.Tokens;

/// <summary>What became of a redemption.</summary>
internal enum TokenRedemption
{
    /// <summary>One use was spent.</summary>
    Granted,

    /// <summary>The token is for another key; nothing was spent.</summary>
    KeyMismatch,

    /// <summary>Spent, expired, revoked or never minted.</summary>
    Invalid,
}

/// <summary>
/// One-time tokens in Redis, all with the token's lifetime; <c>{id}</c> is the hash tag.
/// <c>mn:delivery:token:{id}:key</c>: the storage key that it is for.
/// <c>mn:delivery:token:{id}:uses</c>: a list with one element for each use that is left. Taking an element is atomic, needs no
/// script, and unlike a counter cannot bring an expired token back.
/// </summary>
internal sealed class DownloadTokenStore(IConnectionMultiplexer redis)
{
    /// <summary>Keeps a token.</summary>
    public async Task SaveAsync(string tokenId, StorageKey key, TimeSpan lifetime, int maxUses)
    {
        var transaction = redis.GetDatabase().CreateTransaction();
        var uses = Enumerable.Repeat((RedisValue)"1", maxUses).ToArray();
        var kept = Task.WhenAll(
            transaction.StringSetAsync(KeyOf(tokenId), key.Value, lifetime),
            transaction.ListRightPushAsync(UsesOf(tokenId), uses),
            transaction.KeyExpireAsync(UsesOf(tokenId), lifetime));
        await transaction.ExecuteAsync();
        await kept;
    }

    /// <summary>Spends one use: of N concurrent calls exactly as many succeed as uses are left.</summary>
    public async Task<TokenRedemption> RedeemAsync(string token, StorageKey key)
    {
        var database = redis.GetDatabase();
        var tokenId = DownloadToken.IdOf(token);
        var storageKey = await database.StringGetAsync(KeyOf(tokenId));
        if (storageKey.IsNull)
        {
            return TokenRedemption.Invalid;
        }

        if (!string.Equals(storageKey, key.Value, StringComparison.Ordinal))
        {
            return TokenRedemption.KeyMismatch;
        }

        var use = await database.ListLeftPopAsync(UsesOf(tokenId));
        return use.IsNull ? TokenRedemption.Invalid : TokenRedemption.Granted;
    }

    /// <summary>Makes a token worthless.</summary>
    public Task RevokeAsync(string tokenId) => redis.GetDatabase().KeyDeleteAsync([KeyOf(tokenId), UsesOf(tokenId)]);

    private static RedisKey KeyOf(string tokenId) => $"mn:delivery:token:{{{tokenId}}}:key";

    private static RedisKey UsesOf(string tokenId) => $"mn:delivery:token:{{{tokenId}}}:uses";
}
