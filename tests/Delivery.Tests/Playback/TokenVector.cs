using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using MoviesNow.Delivery.Playback;
using MoviesNow.Delivery.Playback.Signing;

namespace MoviesNow.Delivery.Tests.Playback;

/// <summary>
/// A Common Access Token with all that it was made of, from <c>Vectors/common-access-tokens.json</c>. Whoever builds a verifier may take the
/// file. <c>GOLDEN=write</c> writes the tokens anew.
/// </summary>
/// <param name="Name">What it is an example of.</param>
/// <param name="Algorithm">ES256 or HS256.</param>
/// <param name="KeyId">Id of the key.</param>
/// <param name="Key">The key as it is configured.</param>
/// <param name="Issuer">The claim <c>iss</c>.</param>
/// <param name="Prefix">The granted prefix.</param>
/// <param name="NotBefore">Seconds since 1970.</param>
/// <param name="Expires">Seconds since 1970.</param>
/// <param name="Address">The bound address; null for none.</param>
/// <param name="SessionId">The session, which is the claim <c>cti</c>.</param>
/// <param name="Claims">The claims, CBOR in hexadecimal.</param>
/// <param name="Token">The token. With ES256 each signature is another.</param>
public sealed record TokenVector(
    string Name, string Algorithm, string KeyId, string Key, string Issuer, string Prefix, long NotBefore, long Expires, string? Address, Guid SessionId, string Claims, string Token)
{
    public static readonly string Path = System.IO.Path.Combine(AppContext.BaseDirectory, "Playback", "Vectors", "common-access-tokens.json");

    /// <summary>The file in the checkout.</summary>
    public static readonly string Source = SourceOf();

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IReadOnlyList<TokenVector> ReadAll() => JsonSerializer.Deserialize<TokenVector[]>(File.ReadAllText(Path), Json)!;

    public static string Write(IEnumerable<TokenVector> vectors) => JsonSerializer.Serialize(vectors, Json) + "\n";

    /// <summary>The same with its claims and token made anew.</summary>
    public TokenVector MadeAnew()
    {
        using var signer = new CommonAccessTokenSigner(ToOptions(), "/");
        return this with
        {
            Claims = Convert.ToHexStringLower(CommonAccessTokenClaims.Encode(ToClaims(), Issuer, $"/{Prefix}")),
            Token = signer.Sign(ToClaims()).PathSegment,
        };
    }

    internal GrantClaims ToClaims() => new(
        Prefix, DateTimeOffset.FromUnixTimeSeconds(NotBefore), DateTimeOffset.FromUnixTimeSeconds(Expires), Address is null ? null : IPAddress.Parse(Address), SessionId);

    internal CommonAccessTokenOptions ToOptions()
    {
        var options = new CommonAccessTokenOptions { Algorithm = Algorithm, Issuer = Issuer, SigningKeyId = KeyId };
        options.Keys[KeyId] = Key;
        return options;
    }

    /// <summary>The public point of an ES256 key.</summary>
    public ECPoint PublicPoint()
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(Key);
        return key.ExportParameters(includePrivateParameters: false).Q;
    }

    private static string SourceOf([CallerFilePath] string file = "") => System.IO.Path.Combine(System.IO.Path.GetDirectoryName(file)!, "Vectors", "common-access-tokens.json");
}
