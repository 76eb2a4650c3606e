using System.Collections.Concurrent;

namespace MoviesNow.ServiceDefaults.Identity;

/// <summary>
/// Who sent a token that was found valid a short while ago: a caller sends the same one with each call, and checking its signature
/// and claims anew costs more than the rest of a small call. A key that the authority withdraws counts until the memory ends. Memory
/// is bounded: so many tokens, none of them long.
/// </summary>
/// <param name="time">The clock by which tokens expire.</param>
internal sealed class RememberedTokens(TimeProvider time)
{
    internal static readonly TimeSpan Memory = TimeSpan.FromSeconds(30);

    internal const int MaxHeaderLength = 4_096;

    private const int MaxTokensInGeneration = 4_096;

    private ConcurrentDictionary<string, Entry> _recent = new(StringComparer.Ordinal);
    private ConcurrentDictionary<string, Entry> _older = new(StringComparer.Ordinal);

    /// <summary>Who sent this header before; null when its token must be checked.</summary>
    public Bearer? Find(string header) =>
        (_recent.TryGetValue(header, out var entry) || _older.TryGetValue(header, out entry)) && time.GetUtcNow() < entry.Until ? entry.Bearer : null;

    /// <summary>Remembers who sent a valid token, not beyond the token's own expiry.</summary>
    public void Remember(string header, Bearer bearer, DateTimeOffset? expiry)
    {
        if (header.Length > MaxHeaderLength || expiry is not { } end)
        {
            return;
        }

        var memoryEnd = time.GetUtcNow() + Memory;
        if (_recent.Count >= MaxTokensInGeneration)
        {
            // Two calls may do this at once: then some tokens are checked again, which does no harm.
            (_older, _recent) = (_recent, new(StringComparer.Ordinal));
        }

        _recent[header] = new Entry(bearer, end < memoryEnd ? end : memoryEnd);
    }

    private sealed record Entry(Bearer Bearer, DateTimeOffset Until);
}
