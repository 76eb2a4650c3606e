using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using MoviesNow.ServiceDefaults.Identity;

namespace MoviesNow.ServiceDefaults.RateLimits;

/// <summary>What stands for a caller outside the process: a keyed hash (HMAC-SHA256, 128 bits), apart for each kind of caller.</summary>
internal sealed class CallerHash(IOptions<RateLimitOptions> options, IOptions<AuthOptions> auth)
{
    private const int HashBytes = 16;

    private readonly byte[] _key = SHA256.HashData(Encoding.UTF8.GetBytes($"moviesnow rate limits\n{SecretOf(options.Value, auth.Value)}"));

    /// <summary>22 characters of base64url.</summary>
    public string Of(CallerId caller)
    {
        var hash = HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{(int)caller.Kind}\n{caller.Value}"));
        return Base64Url.EncodeToString(hash.AsSpan(0, HashBytes));
    }

    private static string SecretOf(RateLimitOptions options, AuthOptions auth) => (options.Salt, auth.LocalSigningKey) switch
    {
        ({ Length: > 0 } salt, _) => salt,
        (_, { Length: > 0 } key) => key,
        _ => $"{auth.Authority}\n{auth.Audience}",
    };
}
