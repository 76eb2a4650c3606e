using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using MoviesNow.Delivery.Playback.Signing;
using MoviesNow.Testing;

namespace MoviesNow.Delivery.Tests.Playback;

/// <summary>Common Access Tokens, as our verifier and libraries of other makes read them.</summary>
public sealed class CommonAccessTokenTests
{
    private static readonly IPAddress Viewer = IPAddress.Parse("198.51.100.7");

    public static TheoryData<string> Names() => new(TokenVector.ReadAll().Select(vector => vector.Name));

    [Fact]
    public void Vectors_OfTheFile_AreAllThatIsInIt()
    {
        if (Environment.GetEnvironmentVariable("GOLDEN") is "write")
        {
            File.WriteAllText(TokenVector.Source, TokenVector.Write(TokenVector.ReadAll().Select(vector => vector.MadeAnew())));
            return;
        }

        Assert.Equal(File.ReadAllText(TokenVector.Path), TokenVector.Write(TokenVector.ReadAll()));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Sign_ClaimsOfAVector_GivesItsToken(string name)
    {
        var vector = Vector(name);
        using var signer = new CommonAccessTokenSigner(vector.ToOptions(), "/");

        var token = signer.Sign(vector.ToClaims()).PathSegment;

        Assert.Equal(vector.Claims, Convert.ToHexStringLower(CommonAccessTokenClaims.Encode(vector.ToClaims(), vector.Issuer, $"/{vector.Prefix}")));
        // All but the last 64 bytes is what is signed; with ECDSA those are others each time.
        var (expected, actual) = (Base64Url.DecodeFromChars(vector.Token), Base64Url.DecodeFromChars(token));
        var signed = vector.Algorithm is "ES256" ? ^64 : ^0;
        Assert.Equal(expected[..signed], actual[..signed]);
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(token, c => Assert.True(char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));
        Assert.Null(Verifier(vector).Refusal(token, $"/{vector.Prefix}480p/1.m4s", AddressOf(vector), TimeIn(vector)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Refusal_OfAVector_NamesWhatIsWrong(string name)
    {
        var (vector, verifier) = (Vector(name), Verifier(Vector(name)));
        var (path, address, now) = ($"/{vector.Prefix}480p/index.m3u8", AddressOf(vector), TimeIn(vector));

        Assert.Null(verifier.Refusal(vector.Token, path, address, now));
        Assert.Equal("path", verifier.Refusal(vector.Token, path.Replace("/hls/", "/originals/", StringComparison.Ordinal), address, now));
        Assert.Equal("path", verifier.Refusal(vector.Token, $"/{vector.Prefix.TrimEnd('/')}x/1.m4s", address, now));
        Assert.Equal("expired", verifier.Refusal(vector.Token, path, address, DateTimeOffset.FromUnixTimeSeconds(vector.Expires)));
        Assert.Equal("early", verifier.Refusal(vector.Token, path, address, DateTimeOffset.FromUnixTimeSeconds(vector.NotBefore - 1)));
        Assert.Equal(vector.Address is null ? null : "address", verifier.Refusal(vector.Token, path, IPAddress.Parse("203.0.113.1"), now));
        Assert.Equal("issuer", new CommonAccessTokenVerifier("somebody", KeysOf(vector)).Refusal(vector.Token, path, address, now));
        Assert.Equal("signature", new CommonAccessTokenVerifier(vector.Issuer, new Dictionary<string, object>(StringComparer.Ordinal)).Refusal(vector.Token, path, address, now));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Refusal_TokenWithAnyByteChanged_IsNeverNull(string name)
    {
        var (vector, verifier) = (Vector(name), Verifier(Vector(name)));
        var bytes = Base64Url.DecodeFromChars(vector.Token);
        for (var i = 0; i < bytes.Length; i++)
        {
            var changed = bytes.ToArray();
            changed[i] ^= 1;

            Assert.NotNull(verifier.Refusal(Base64Url.EncodeToString(changed), $"/{vector.Prefix}1.m4s", AddressOf(vector), TimeIn(vector)));
        }
    }

    [Fact]
    public void Sign_KeysRotate_OldAndNewTokensAreGoodMeanwhile()
    {
        var (old, next) = (Vector("ES256, film"), Vector("HS256, film"));
        using var oldSigner = new CommonAccessTokenSigner(old.ToOptions(), "/");
        using var newSigner = new CommonAccessTokenSigner(next.ToOptions(), "/");
        var both = new CommonAccessTokenVerifier(old.Issuer, KeysOf(old).Concat(KeysOf(next)).ToDictionary(StringComparer.Ordinal));
        var onlyNew = new CommonAccessTokenVerifier(old.Issuer, KeysOf(next));
        var path = $"/{old.Prefix}1.m4s";

        var (before, after) = (oldSigner.Sign(old.ToClaims()).PathSegment, newSigner.Sign(old.ToClaims()).PathSegment);

        Assert.Null(both.Refusal(before, path, Viewer, TimeIn(old)));
        Assert.Null(both.Refusal(after, path, Viewer, TimeIn(old)));
        Assert.Equal("signature", onlyNew.Refusal(before, path, Viewer, TimeIn(old)));
        Assert.Null(onlyNew.Refusal(after, path, Viewer, TimeIn(old)));
    }

    [Fact]
    public async Task Vectors_ReadByLibrariesOfOtherMakes_SayTheSame()
    {
        var reader = await NodeFolder.InstallAsync("tests/Delivery.Tests/Playback/reader");
        // That library checks the time by the clock of the machine.
        var vectors = TokenVector.ReadAll().Select(vector => vector with { Expires = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds() }).ToArray();
        var questions = vectors.Select(vector =>
        {
            using var signer = new CommonAccessTokenSigner(vector.ToOptions(), "/");
            var point = vector.Algorithm is "ES256" ? vector.PublicPoint() : default;
            return new
            {
                token = signer.Sign(vector.ToClaims()).PathSegment,
                algorithm = vector.Algorithm,
                keyId = vector.KeyId,
                issuer = vector.Issuer,
                key = vector.Algorithm is "HS256" ? Convert.ToHexStringLower(Convert.FromBase64String(vector.Key)) : null,
                x = point.X is null ? null : Convert.ToHexStringLower(point.X),
                y = point.Y is null ? null : Convert.ToHexStringLower(point.Y),
                url = $"https://cdn.example.com/{vector.Prefix}480p/1.m4s",
                foreignUrl = "https://cdn.example.com/hls/0198c0de-0000-7000-8000-00000000ffff/480p/1.m4s",
            };
        });

        using var seen = JsonDocument.Parse(await reader.RunAsync("node", "read.mjs", JsonSerializer.Serialize(questions)));

        Assert.All(vectors.Zip(seen.RootElement.EnumerateArray()), pair => AssertSays(pair.First, pair.Second));
        Assert.Contains(seen.RootElement.EnumerateArray(), one => one.TryGetProperty("verdicts", out _));
    }

    private static void AssertSays(TokenVector vector, JsonElement seen)
    {
        var (header, claims) = (seen.GetProperty("header"), seen.GetProperty("claims"));
        Assert.Equal("d83d", seen.GetProperty("cwt").GetString());
        Assert.Equal(vector.Algorithm is "ES256" ? -7 : 5, header.GetProperty("1").GetInt32());
        Assert.Equal(Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(vector.KeyId)), header.GetProperty("4").GetString());
        Assert.Equal(vector.Issuer, claims.GetProperty("1").GetString());
        Assert.Equal(vector.Expires, claims.GetProperty("4").GetInt64());
        Assert.Equal(vector.NotBefore, claims.GetProperty("5").GetInt64());
        Assert.Equal(vector.SessionId.ToString("N"), claims.GetProperty("7").GetString());
        Assert.Equal(1, claims.GetProperty("310").GetInt32());
        Assert.Equal($"/{vector.Prefix}", claims.GetProperty("312").GetProperty("3").GetProperty("1").GetString());
        if (vector.Address is { } address)
        {
            var bytes = IPAddress.Parse(address).GetAddressBytes();
            Assert.Equal(Convert.ToHexStringLower(bytes), claims.GetProperty("311")[0].GetProperty(bytes.Length == 4 ? "ipv4" : "ipv6").GetString());
        }

        if (seen.TryGetProperty("verdicts", out var verdicts))
        {
            Assert.Equal("valid", verdicts.GetProperty("own").GetString());
            Assert.Equal("UriNotAllowedError", verdicts.GetProperty("foreign").GetString());
        }
    }

    private static TokenVector Vector(string name) => TokenVector.ReadAll().Single(vector => vector.Name == name);

    private static CommonAccessTokenVerifier Verifier(TokenVector vector) => new(vector.Issuer, KeysOf(vector));

    private static Dictionary<string, object> KeysOf(TokenVector vector) => new(StringComparer.Ordinal)
    {
        [vector.KeyId] = vector.Algorithm is "ES256"
            ? ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = vector.PublicPoint() })
            : Convert.FromBase64String(vector.Key),
    };

    private static IPAddress AddressOf(TokenVector vector) => vector.Address is { } address ? IPAddress.Parse(address) : Viewer;

    private static DateTimeOffset TimeIn(TokenVector vector) => DateTimeOffset.FromUnixTimeSeconds(vector.NotBefore + 1);
}
