using System.Globalization;
using Microsoft.Extensions.Options;
using MoviesNow.Delivery.Links;
using MoviesNow.Storage;
using StackExchange.Redis;

namespace MoviesNow.Delivery.Tokens;

/// <summary>A token as it is kept.</summary>
/// <param name="Id">Hash of the token.</param>
/// <param name="Key">The key that it is for.</param>
/// <param name="MaxUses">How many links it gives.</param>
/// <param name="UsesLeft">How many of them are left.</param>
/// <param name="CreateTime">When it was minted.</param>
/// <param name="ExpireTime">When it stops working.</param>
internal sealed record KeptToken(string Id, string Key, int MaxUses, int UsesLeft, DateTimeOffset CreateTime, DateTimeOffset ExpireTime);

/// <summary>
/// One-time tokens in Redis. Key: <c>mn:delivery:token:{id}</c>, which expires with the token; the id is its hash. Value: a hash with the fields
/// <c>key</c>, <c>max</c>, <c>left</c>, <c>made</c> and <c>ends</c> (milliseconds since 1970), and one field for each redemption that may be repeated,
/// named by a hash of token and redemption id, with the end of its window. All of a token is one key, so a script changes it in one step, and
/// deleting it ends everything. A token that Redis has lost is unknown, and refused.
/// </summary>
internal sealed class DownloadTokenStore(IConnectionMultiplexer redis, TokenIndex index, IOptions<TokenOptions> options, TimeProvider time)
{
    private const string Redeem = """
        local token = redis.call('HMGET', KEYS[1], 'key', 'left', ARGV[2])
        if not token[1] then return 'invalid' end
        if token[1] ~= ARGV[1] then return 'other' end
        if token[3] and tonumber(token[3]) > tonumber(ARGV[3]) then return 'granted' end
        if tonumber(token[2]) < 1 then return 'invalid' end
        redis.call('HINCRBY', KEYS[1], 'left', -1)
        if ARGV[2] ~= '' then redis.call('HSET', KEYS[1], ARGV[2], ARGV[4]) end
        return 'spent'
        """;

    private const string GiveBack = """
        if redis.call('HGET', KEYS[1], 'left') then
            redis.call('HINCRBY', KEYS[1], 'left', 1)
            if ARGV[1] ~= '' then redis.call('HDEL', KEYS[1], ARGV[1]) end
        end
        return 1
        """;

    private static readonly RedisValue[] Fields = ["key", "max", "left", "made", "ends"];

    /// <summary>Keeps a token.</summary>
    public async Task SaveAsync(KeptToken token)
    {
        // First, so that no token works that a listing does not have.
        await index.AddAsync(token.Id, token.ExpireTime);
        var transaction = redis.GetDatabase().CreateTransaction();
        var kept = Task.WhenAll(
            transaction.HashSetAsync(KeyOf(token.Id), [
                new("key", token.Key), new("max", token.MaxUses), new("left", token.UsesLeft),
                new("made", token.CreateTime.ToUnixTimeMilliseconds()), new("ends", token.ExpireTime.ToUnixTimeMilliseconds())]),
            transaction.KeyExpireAsync(KeyOf(token.Id), token.ExpireTime.UtcDateTime));
        await transaction.ExecuteAsync();
        await kept;
    }

    /// <summary>What a token is worth for a key. Nothing is spent.</summary>
    public async Task<TokenFact> PeekAsync(string token, string redemptionId, StorageKey key)
    {
        var field = DownloadToken.GrantOf(token, redemptionId);
        var found = await redis.GetDatabase().HashGetAsync(KeyOf(DownloadToken.IdOf(token)), ["key", "left", field]);
        return found[0].IsNull ? TokenFact.Invalid
            : !string.Equals(found[0], key.Value, StringComparison.Ordinal) ? TokenFact.OtherKey
            : (long?)found[2] > NowMs() ? TokenFact.Granted
            : (int)found[1] > 0 ? TokenFact.Unspent
            : TokenFact.Invalid;
    }

    /// <summary>Spends one use, unless the same redemption did so within the window: of N concurrent calls exactly as many succeed as uses are left.</summary>
    public async Task<TokenFact> RedeemAsync(string token, string redemptionId, StorageKey key)
    {
        var now = NowMs();
        var until = now + (long)options.Value.GrantWindow.TotalMilliseconds;
        var outcome = await redis.GetDatabase().ScriptEvaluateAsync(
            Redeem, [KeyOf(DownloadToken.IdOf(token))], [key.Value, DownloadToken.GrantOf(token, redemptionId), now, until]);
        return (string?)outcome switch
        {
            "spent" => TokenFact.Unspent,
            "granted" => TokenFact.Granted,
            "other" => TokenFact.OtherKey,
            _ => TokenFact.Invalid,
        };
    }

    /// <summary>Gives a use back that was spent in vain.</summary>
    public Task GiveBackAsync(string token, string redemptionId) => redis.GetDatabase().ScriptEvaluateAsync(
        GiveBack, [KeyOf(DownloadToken.IdOf(token))], [DownloadToken.GrantOf(token, redemptionId)]);

    /// <summary>Makes a token worthless, and its redemptions not repeatable.</summary>
    public async Task RevokeAsync(string tokenId)
    {
        await redis.GetDatabase().KeyDeleteAsync(KeyOf(tokenId));
        await index.RemoveAsync(tokenId);
    }

    /// <summary>A token by its id; null when it is not kept any more.</summary>
    public async Task<KeptToken?> FindAsync(string tokenId)
    {
        var found = await redis.GetDatabase().HashGetAsync(KeyOf(tokenId), Fields);
        return Array.Exists(found, value => value.IsNull) ? null : new KeptToken(
            tokenId, found[0].ToString(), (int)found[1], (int)found[2],
            DateTimeOffset.FromUnixTimeMilliseconds((long)found[3]), DateTimeOffset.FromUnixTimeMilliseconds((long)found[4]));
    }

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();

    private static RedisKey KeyOf(string tokenId) => string.Create(CultureInfo.InvariantCulture, $"mn:delivery:token:{{{tokenId}}}");
}
