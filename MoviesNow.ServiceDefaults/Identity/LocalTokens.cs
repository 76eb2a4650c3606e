using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace MoviesNow.ServiceDefaults.Identity;

/// <summary>Mints tokens with the local signing key: for development, and between services when there is no authority.</summary>
public static class LocalTokens
{
    /// <summary>A signed token (HS256).</summary>
    /// <param name="signingKey">The key, base64.</param>
    /// <param name="audience">Who it is for.</param>
    /// <param name="subject">Whom it names.</param>
    /// <param name="roles">Roles, such as <c>admin</c> or <c>service</c>.</param>
    /// <param name="authenticationMethods">How the subject proved itself (<c>amr</c>, RFC 8176), such as <c>mfa</c>.</param>
    /// <param name="now">When it is minted.</param>
    /// <param name="lifetime">How long it is valid.</param>
    public static string Mint(
        string signingKey,
        string audience,
        string subject,
        IEnumerable<string> roles,
        IEnumerable<string> authenticationMethods,
        DateTimeOffset now,
        TimeSpan lifetime)
    {
        var claims = new ClaimsIdentity([
            new Claim("sub", subject),
            .. roles.Select(role => new Claim(Bearer.RoleClaim, role)),
            .. authenticationMethods.Select(method => new Claim(Bearer.AuthenticationMethodClaim, method)),
        ]);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = AuthOptions.LocalIssuer,
            Audience = audience,
            Subject = claims,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = (now + lifetime).UtcDateTime,
            SigningCredentials = new SigningCredentials(KeyOf(signingKey), SecurityAlgorithms.HmacSha256),
        });
    }

    internal static SymmetricSecurityKey KeyOf(string signingKey) => new(Convert.FromBase64String(signingKey));
}
