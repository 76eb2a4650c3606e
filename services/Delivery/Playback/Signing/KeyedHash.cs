using System.Security.Cryptography;

namespace MoviesNow.Delivery.Playback.Signing;

/// <summary>
/// HMAC-SHA256 with one key, for many threads. Each thread sets the key up once and not for every message, which is more than half of
/// the work for messages as short as tickets and tokens.
/// </summary>
/// <param name="key">The key.</param>
internal sealed class KeyedHash(byte[] key) : IDisposable
{
    /// <summary>Length of a hash.</summary>
    public const int Bytes = HMACSHA256.HashSizeInBytes;

    private readonly ThreadLocal<IncrementalHash> _ofThread = new(() => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key));

    /// <summary>Writes the hash of a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="hash">Takes <see cref="Bytes"/> bytes.</param>
    public void Compute(ReadOnlySpan<byte> message, Span<byte> hash)
    {
        var ofThread = _ofThread.Value!;
        ofThread.AppendData(message);
        ofThread.GetHashAndReset(hash);
    }

    public void Dispose() => _ofThread.Dispose();
}
