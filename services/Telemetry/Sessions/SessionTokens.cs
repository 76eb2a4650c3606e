using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace MoviesNow.Telemetry.Sessions;

/// <summary>
/// Tokens that prove who started a session: HMAC-SHA256 of its id, base64url. Any replica checks them without looking anything
/// up, and they are valid as long as the key is.
/// </summary>
internal sealed class SessionTokens(IOptions<TelemetryOptions> options)
{
    private const int IdBytes = 16;

    private readonly byte[] _key = Convert.FromBase64String(options.Value.SessionTokenKey);

    public string Issue(Guid sessionId)
    {
        Span<byte> id = stackalloc byte[IdBytes];
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        sessionId.TryWriteBytes(id, bigEndian: true, out _);
        HMACSHA256.HashData(_key, id, mac);
        return Base64Url.EncodeToString(mac);
    }

    /// <summary>Whether a token is that of the session. The time it takes tells nothing about the right one.</summary>
    public bool IsValid(Guid sessionId, string token) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Issue(sessionId)), Encoding.UTF8.GetBytes(token));
}
