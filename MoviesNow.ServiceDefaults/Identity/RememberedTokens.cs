using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication;

namespace MoviesNow.ServiceDefaults.Identity;

/// <summary>
/// Who sent a token that was found valid a short while ago: a caller sends the same one with each call, and checking its signature
/// and claims anew costs more than the rest of a small call. A key that the authority withdraws counts until the memory ends. Tokens
/// are known by their hashes, and memory is bounded.
/// </summary>
/// <param name="time">The clock by which tokens expire.</param>
internal sealed class RememberedTokens(TimeProvider time)
{
    internal static readonly TimeSpan Memory = TimeSpan.FromSeconds(30);

    private const int MaxTokensInGeneration = 4_096;

    private ConcurrentDictionary<UInt128, Entry> _recent = new();
    private ConcurrentDictionary<UInt128, Entry> _older = new();

    /// <summary>The outcome of a header's last check; null when it must be checked.</summary>
    public AuthenticateResult? Find(string header)
    {
        var key = KeyOf(header);
        return (_recent.TryGetValue(key, out var entry) || _older.TryGetValue(key, out entry)) && time.GetUtcNow() < entry.Until ? entry.Result : null;
    }

    /// <summary>Remembers a success, not beyond the token's own expiry.</summary>
    public void Remember(string header, AuthenticateResult result)
    {
        if (result is not { Succeeded: true, Properties.ExpiresUtc: { } expiry })
        {
            return;
        }

        var memoryEnd = time.GetUtcNow() + Memory;
        if (_recent.Count >= MaxTokensInGeneration)
        {
            // Two calls may do this at once: then some tokens are checked again, which does no harm.
            (_older, _recent) = (_recent, new());
        }

        _recent[KeyOf(header)] = new Entry(result, expiry < memoryEnd ? expiry : memoryEnd);
    }

    private static UInt128 KeyOf(string header)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(header.AsSpan()), hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    private sealed record Entry(AuthenticateResult Result, DateTimeOffset Until);
}
