using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using MoviesNow.ServiceDefaults.Identity;

namespace MoviesNow.ServiceDefaults.Tests.Identity;

/// <summary>A token of an admin with a second factor, right in everything that a test does not change.</summary>
internal sealed record Jwt
{
    public SecurityKey Key { get; init; } = LocalKey;

    public string Algorithm { get; init; } = SecurityAlgorithms.HmacSha256;

    public string? Issuer { get; init; } = AuthOptions.LocalIssuer;

    public string? Audience { get; init; } = "moviesnow";

    public string? Subject { get; init; } = "admin@test";

    public TimeSpan? NotBefore { get; init; } = TimeSpan.FromMinutes(-20);

    public TimeSpan? Expires { get; init; } = TimeSpan.FromMinutes(20);

    public Dictionary<string, object> Header { get; init; } = [];

    public static SymmetricSecurityKey LocalKey { get; } = new(Convert.FromBase64String(Who.SigningKey));

    public static implicit operator string(Jwt jwt) => jwt.ToString();

    public override string ToString() => new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
        Payload(), new SigningCredentials(Key, Algorithm) { CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false } }, Header);

    /// <summary>The same claims under a header and signature of one's own.</summary>
    public string With(string header, string signature = "") =>
        $"{Base64UrlEncoder.Encode(header)}.{Base64UrlEncoder.Encode(Payload())}.{signature}";

    private string Payload()
    {
        var now = DateTimeOffset.UtcNow;
        var claims = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["iss"] = Issuer,
            ["aud"] = Audience,
            ["sub"] = Subject,
            ["nbf"] = NotBefore is { } from ? (now + from).ToUnixTimeSeconds() : null,
            ["exp"] = Expires is { } until ? (now + until).ToUnixTimeSeconds() : null,
            ["role"] = "admin",
            ["amr"] = new[] { "pwd", "mfa" },
        };
        return Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(claims.Where(claim => claim.Value is not null).ToDictionary(StringComparer.Ordinal)));
    }
}
