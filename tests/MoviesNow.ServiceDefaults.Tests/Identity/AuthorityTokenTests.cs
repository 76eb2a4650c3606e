using System.Security.Cryptography;
using System.Text;
using Google.Rpc;
using Microsoft.IdentityModel.Tokens;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Tests.Harness;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.ServiceDefaults.Tests.Identity;

/// <summary>Tokens of an OpenID Connect authority, and the classic ways to forge them.</summary>
public sealed class AuthorityTokenTests : IAsyncLifetime
{
    private readonly Authority _authority = new();
    private TestHost _host = null!;

    public async Task InitializeAsync() =>
        _host = await TestHost.StartAsync(OpenServices.MapAll, null, ("Auth:Authority", _authority.Address), ("Auth:Audience", "moviesnow"));

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _authority.DisposeAsync();
    }

    [Fact]
    public async Task Call_TokenOfTheAuthority_IsLetIn()
    {
        await _authority.StartAsync();

        await RpcAssert.FailsAsync(ErrorReason.Unimplemented, () => CreateTitleAsync(Good));
        await RpcAssert.FailsAsync(
            ErrorReason.Unimplemented, () => CreateTitleAsync(Good with { Key = _authority.EllipticKey, Algorithm = SecurityAlgorithms.EcdsaSha256 }));
    }

    [Fact]
    public async Task Call_ForgedToken_IsUnauthenticated()
    {
        await _authority.StartAsync();
        using var mine = RSA.Create(2048);
        var myKey = new RsaSecurityKey(mine) { KeyId = "one" };
        var publicPem = _authority.Key.Rsa.ExportSubjectPublicKeyInfoPem();
        Dictionary<string, string> forgeries = new(StringComparer.Ordinal)
        {
            ["alg none"] = Good.With("""{"alg":"none","kid":"one"}"""),
            ["HS256 with the public key as PEM"] = Confused(Encoding.ASCII.GetBytes(publicPem)),
            ["HS256 with the public key as PEM and a line end"] = Confused(Encoding.ASCII.GetBytes(publicPem + "\n")),
            ["HS256 with the public key as DER"] = Confused(_authority.Key.Rsa.ExportSubjectPublicKeyInfo()),
            ["HS256 with the modulus"] = Confused(_authority.Key.Rsa.ExportParameters(false).Modulus!),
            ["own key under the authority's id"] = Good with { Key = myKey },
            ["own key under an unknown id"] = Good with { Key = new RsaSecurityKey(mine) { KeyId = "nine" } },
            ["own key in the header"] = Good with { Key = myKey, Header = new() { ["jwk"] = JwkOf(mine) } },
            ["own key behind a link"] = Good with { Key = myKey, Header = new() { ["jku"] = "http://127.0.0.1:1/keys", ["x5u"] = "http://127.0.0.1:1/keys" } },
            ["key id of a file"] = Good.With("""{"alg":"HS256","kid":"../../../../dev/null"}""", Sign(Good.With("""{"alg":"HS256","kid":"../../../../dev/null"}"""), [])),
            ["another issuer"] = Good with { Issuer = "https://elsewhere.example" },
            ["the local issuer"] = new Jwt(),
            ["another audience"] = Good with { Audience = "another" },
            ["an algorithm that is not allowed"] = Good with { Algorithm = SecurityAlgorithms.RsaSha512 },
        };

        foreach (var (kind, token) in forgeries)
        {
            var answer = await _host.PostAsync("/moviesnow.catalog.v1.TitleService/CreateTitle", null, ("authorization", $"Bearer {token}"));
            Assert.Equal($"{kind}: UNAUTHENTICATED", $"{kind}: {answer.Reason}");
        }
    }

    [Fact]
    public async Task Call_WhileTheAuthorityIsDown_IsUnavailableAndRecovers()
    {
        var error = await RpcAssert.FailsAsync(ErrorReason.DependencyUnavailable, () => CreateTitleAsync(Good));

        Assert.NotNull(RpcErrors.DetailOf<RetryInfo>(error));
        await RpcAssert.FailsAsync(ErrorReason.Unauthenticated, () => CreateTitleAsync(null));
        await RpcAssert.FailsAsync(ErrorReason.Unimplemented, () => new TitleService.TitleServiceClient(_host.As(null)).GetTitleAsync(new GetTitleRequest()).ResponseAsync);

        await _authority.StartAsync();
        await RpcAssert.FailsAsync(ErrorReason.Unimplemented, () => CreateTitleAsync(Good));
    }

    [Fact]
    public async Task Call_AfterTheAuthorityWentDown_IsJudgedByTheKeysThatAreKnown()
    {
        await _authority.StartAsync();
        await RpcAssert.FailsAsync(ErrorReason.Unimplemented, () => CreateTitleAsync(Good));

        await _authority.DisposeAsync();

        await RpcAssert.FailsAsync(ErrorReason.Unimplemented, () => CreateTitleAsync(Good));
        await RpcAssert.FailsAsync(ErrorReason.Unauthenticated, () => CreateTitleAsync(Good with { Audience = "another" }));
    }

    private Jwt Good => new() { Key = _authority.Key, Algorithm = SecurityAlgorithms.RsaSha256, Issuer = _authority.Address };

    private string Confused(byte[] key)
    {
        const string header = """{"alg":"HS256","typ":"JWT","kid":"one"}""";
        return Good.With(header, Sign(Good.With(header), key));
    }

    private static Dictionary<string, object> JwkOf(RSA key) => new(StringComparer.Ordinal)
    {
        ["kty"] = "RSA",
        ["n"] = Base64UrlEncoder.Encode(key.ExportParameters(false).Modulus),
        ["e"] = Base64UrlEncoder.Encode(key.ExportParameters(false).Exponent),
    };

    private static string Sign(string token, byte[] key) =>
        Base64UrlEncoder.Encode(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(token[..token.LastIndexOf('.')])));

    private Task<CreateTitleResponse> CreateTitleAsync(string? token) =>
        new TitleService.TitleServiceClient(token is null ? _host.As(null) : _host.WithToken(token)).CreateTitleAsync(new CreateTitleRequest()).ResponseAsync;
}
