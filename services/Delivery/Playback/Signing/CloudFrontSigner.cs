using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using MoviesNow.Delivery.V1;

namespace MoviesNow.Delivery.Playback.Signing;

/// <summary>
/// Grants that Amazon CloudFront checks: a custom policy for all URLs below the prefix, signed with RSA-SHA1 (PKCS #1 v1.5), as signed cookies
/// and as the query of signed URLs. Source: the CloudFront Developer Guide, "Create a signed URL using a custom policy" and "Set signed
/// cookies using a custom policy".
/// </summary>
internal sealed class CloudFrontSigner : IPlaybackGrantSigner, IDisposable
{
    private const int KeyBits = 2_048;

    // Not said to be safe for use by several threads.
    private readonly ThreadLocal<RSA> _keys;
    private readonly string _keyPairId;
    private readonly string _cdnUrl;

    public CloudFrontSigner(CloudFrontOptions options, string cdnUrl)
    {
        (_keyPairId, _cdnUrl) = (options.KeyPairId, cdnUrl);
        _keys = new ThreadLocal<RSA>(() => KeyOf(options.PrivateKey), trackAllValues: true);
    }

    public GrantForm Form => GrantForm.Cloudfront;

    public static IEnumerable<string> Violations(CloudFrontOptions options)
    {
        if (options.KeyPairId.Length is 0 or > 64 || !options.KeyPairId.All(char.IsAsciiLetterOrDigit))
        {
            yield return "CloudFront:KeyPairId must have 1 to 64 letters and digits.";
        }

        if (!IsPrivateKey(options.PrivateKey))
        {
            yield return $"CloudFront:PrivateKey must be a private RSA key of {KeyBits} bits (PEM).";
        }

        if (!options.CookieDomain.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.'))
        {
            yield return "CloudFront:CookieDomain must be a domain such as example.com.";
        }
    }

    public SignedGrant Sign(GrantClaims claims)
    {
        var bytes = Encoding.UTF8.GetBytes(PolicyOf(claims));
        var (policy, signature) = (Encode(bytes), Encode(SignPolicy(bytes)));
        return new SignedGrant(
            "",
            $"Policy={policy}&Signature={signature}&Key-Pair-Id={_keyPairId}",
            [
                new GrantCookie { Name = "CloudFront-Policy", Value = policy },
                new GrantCookie { Name = "CloudFront-Signature", Value = signature },
                new GrantCookie { Name = "CloudFront-Key-Pair-Id", Value = _keyPairId },
            ]);
    }

    public void Dispose()
    {
        foreach (var key in _keys.Values)
        {
            key.Dispose();
        }

        _keys.Dispose();
    }

    /// <summary>
    /// The policy, without white space. CloudFront compares IPv4 addresses only: the grant of a viewer with an IPv6 address works from
    /// nowhere. A deployment that binds addresses switches IPv6 off, at the distribution and here.
    /// </summary>
    internal string PolicyOf(GrantClaims claims)
    {
        var address = claims.Address switch
        {
            null => "",
            { AddressFamily: AddressFamily.InterNetwork } known => $"\"IpAddress\":{{\"AWS:SourceIp\":\"{known}/32\"}},",
            _ => "\"IpAddress\":{\"AWS:SourceIp\":\"0.0.0.0/32\"},",
        };
        var (after, before) = (claims.NotBefore.ToUnixTimeSeconds(), claims.Expires.ToUnixTimeSeconds());
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"Statement\":[{{\"Resource\":\"{_cdnUrl}{claims.Prefix}*\",\"Condition\":{{{address}\"DateGreaterThan\":{{\"AWS:EpochTime\":{after}}},\"DateLessThan\":{{\"AWS:EpochTime\":{before}}}}}}}]}}");
    }

    /// <summary>Base64 with CloudFront's alphabet: <c>-</c> for <c>+</c>, <c>_</c> for <c>=</c>, <c>~</c> for <c>/</c>.</summary>
    internal static string Encode(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes).Replace('+', '-').Replace('=', '_').Replace('/', '~');

    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "It is what CloudFront verifies for signatures that name no other algorithm.")]
    private byte[] SignPolicy(byte[] policy) => _keys.Value!.SignData(policy, HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1);

    private static RSA KeyOf(string pem)
    {
        var key = RSA.Create();
        key.ImportFromPem(pem);
        return key;
    }

    private static bool IsPrivateKey(string pem)
    {
        try
        {
            using var key = KeyOf(pem);
            key.ExportParameters(includePrivateParameters: true);
            return key.KeySize == KeyBits;
        }
        catch (Exception failure) when (failure is ArgumentException or CryptographicException)
        {
            return false;
        }
    }
}
