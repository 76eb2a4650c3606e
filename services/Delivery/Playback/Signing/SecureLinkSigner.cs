using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MoviesNow.Delivery.V1;

namespace MoviesNow.Delivery.Playback.Signing;

/// <summary>
/// Grants that nginx checks with <c>secure_link_md5</c> (ngx_http_secure_link_module); <c>deploy/nginx/playback.conf</c> is the other half.
/// The segment is <c>{key id}.{expiry}.{scope}.{depth}.{hash}</c>: seconds since 1970; <c>ip</c> or <c>any</c>; how many segments of the path
/// after it are the prefix; and the base64url of <c>MD5({expiry}|{scope}|{address}|{prefix}|{secret})</c>, where the address is empty for any.
/// MD5 is what the module computes: docs/playback-protection.md tells what that is worth.
/// </summary>
internal sealed class SecureLinkSigner(SecureLinkOptions options) : IPlaybackGrantSigner
{
    private readonly string _keyId = options.SigningKeyId;
    private readonly string _secret = options.Keys[options.SigningKeyId];

    public GrantForm Form => GrantForm.SecureLink;

    public static IEnumerable<string> Violations(SecureLinkOptions options) => GrantSigners.KeyViolations(
        "SecureLink", options.SigningKeyId, options.Keys,
        id => id.Length is >= 1 and <= 16 && id.All(char.IsAsciiLetterOrDigit),
        "1 to 16 characters of [A-Za-z0-9]",
        key => key.Length is >= 32 and <= 128 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? null : "must have 32 to 128 characters of [A-Za-z0-9-_]");

    public SignedGrant Sign(GrantClaims claims)
    {
        var expires = claims.Expires.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var (scope, address) = claims.Address is { } bound ? ("ip", bound.ToString()) : ("any", "");
        var hash = Hash(expires, scope, address, claims.Prefix, _secret);
        var depth = claims.Prefix.Count(c => c == '/');
        return SignedGrant.InPath(string.Create(CultureInfo.InvariantCulture, $"{_keyId}.{expires}.{scope}.{depth}.{hash}"));
    }

    /// <summary>The hash of a grant, base64url.</summary>
    [SuppressMessage("Security", "CA5351:Do Not Use Broken Cryptographic Algorithms", Justification = "It is what the module of nginx computes; the secret stands last, and all else is ours to choose.")]
    public static string Hash(string expires, string scope, string address, string prefix, string secret) =>
        Base64Url.EncodeToString(MD5.HashData(Encoding.UTF8.GetBytes($"{expires}|{scope}|{address}|{prefix}|{secret}")));
}
