using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using MoviesNow.Delivery.V1;

namespace MoviesNow.Delivery.Playback.Signing;

/// <summary>
/// Grants as Common Access Tokens (CTA-5007): a CWT (RFC 8392) in COSE_Sign1 or COSE_Mac0 (RFC 9052), base64url. The algorithm and the
/// key's id are in the protected header.
/// </summary>
internal sealed class CommonAccessTokenSigner : IPlaybackGrantSigner, IDisposable
{
    private const string Ecdsa = "ES256";
    private const string Hmac = "HS256";
    private const string P256 = "1.2.840.10045.3.1.7";

    // Tag 61 (RFC 8392 6), around the tag of COSE: some verifiers ask for it.
    private static readonly byte[] CwtTag = [0xd8, 61];

    private readonly ICoseEnvelope _envelope;
    private readonly string _issuer;
    private readonly string _basePath;

    /// <param name="options">Settings without violations.</param>
    /// <param name="basePath">The path of the CDN's URL, which the prefix follows; begins and ends with <c>/</c>.</param>
    public CommonAccessTokenSigner(CommonAccessTokenOptions options, string basePath)
    {
        (_issuer, _basePath) = (options.Issuer, basePath);
        var (keyId, key) = (Encoding.UTF8.GetBytes(options.SigningKeyId), options.Keys[options.SigningKeyId]);
        _envelope = options.Algorithm is Hmac ? new CoseMac0(keyId, Convert.FromBase64String(key)) : new CoseSign1(keyId, key);
    }

    public GrantForm Form => GrantForm.CommonAccessToken;

    public static IEnumerable<string> Violations(CommonAccessTokenOptions options)
    {
        if (options.Algorithm is not (Ecdsa or Hmac))
        {
            yield return $"CommonAccessToken:Algorithm must be {Ecdsa} or {Hmac}.";
        }

        if (options.Issuer.Length is 0 or > 200)
        {
            yield return "CommonAccessToken:Issuer must have 1 to 200 characters.";
        }

        var violations = GrantSigners.KeyViolations(
            "CommonAccessToken", options.SigningKeyId, options.Keys,
            id => id.Length is >= 1 and <= 32 && id.All(c => c is > ' ' and <= '~'),
            "1 to 32 visible characters of ASCII",
            options.Algorithm is Hmac ? HmacViolation : EcdsaViolation);
        foreach (var violation in violations)
        {
            yield return violation;
        }
    }

    public SignedGrant Sign(GrantClaims claims) =>
        SignedGrant.InPath(Base64Url.EncodeToString([.. CwtTag, .. _envelope.Wrap(CommonAccessTokenClaims.Encode(claims, _issuer, _basePath + claims.Prefix))]));

    public void Dispose() => (_envelope as IDisposable)?.Dispose();

    private static string? HmacViolation(string key) => PlaybackOptionsValidator.IsKey(key) ? null : "must be base64 of at least 32 bytes";

    private static string? EcdsaViolation(string pem)
    {
        const string Rule = "must be a private key of the curve P-256 (PEM)";
        using var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            return key.ExportParameters(includePrivateParameters: true).Curve.Oid.Value is P256 ? null : Rule;
        }
        catch (Exception failure) when (failure is ArgumentException or CryptographicException)
        {
            return Rule;
        }
    }
}
