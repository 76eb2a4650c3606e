using StackExchange.Redis;

namespace MoviesNow.Delivery.Tokens;

/// <summary>
/// Which tokens there are, for listing. Key: <c>mn:delivery:tokens</c>, a sorted set of ids by the end of the token in milliseconds since 1970; it lives as long as
/// the last of them may. An id may outlive its token, never the other way round.
/// </summary>
internal sealed class TokenIndex(IConnectionMultiplexer redis, TimeProvider time)
{
    private static readonly RedisKey Key = "mn:delivery:tokens";

    public async Task AddAsync(string tokenId, DateTimeOffset expireTime)
    {
        var database = redis.GetDatabase();
        var added = database.SortedSetAddAsync(Key, tokenId, expireTime.ToUnixTimeMilliseconds());
        await Task.WhenAll(
            database.SortedSetRemoveRangeByScoreAsync(Key, double.NegativeInfinity, time.GetUtcNow().ToUnixTimeMilliseconds()),
            added,
            // The longest that a token may live.
            database.KeyExpireAsync(Key, TimeSpan.FromDays(1) + TimeSpan.FromMinutes(1)));
    }

    public Task RemoveAsync(string tokenId) => redis.GetDatabase().SortedSetRemoveAsync(Key, tokenId);

    /// <summary>Ids of tokens by their end, the soonest first.</summary>
    /// <param name="after">The last one before; null for the first.</param>
    /// <param name="limit">At most so many.</param>
    public async Task<IReadOnlyList<(string Id, long EndsMs)>> ListAsync((long EndsMs, string Id)? after, int limit)
    {
        var from = after?.EndsMs ?? time.GetUtcNow().ToUnixTimeMilliseconds();
        var found = new List<(string, long)>();
        for (long skip = 0; found.Count < limit; skip += limit)
        {
            var entries = await redis.GetDatabase().SortedSetRangeByScoreWithScoresAsync(Key, from, double.PositiveInfinity, skip: skip, take: limit);

            // Ids of one moment are in the order of their bytes.
            found.AddRange(entries
                .Select(entry => (Id: entry.Element.ToString(), EndsMs: (long)entry.Score))
                .Where(entry => after is not { } last || entry.EndsMs > last.EndsMs || string.CompareOrdinal(entry.Id, last.Id) > 0)
                .Take(limit - found.Count));
            if (entries.Length < limit)
            {
                break;
            }
        }

        return found;
    }
}
