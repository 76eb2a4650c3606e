using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using Microsoft.IdentityModel.Tokens;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Identity;
using MoviesNow.ServiceDefaults.Tests.Harness;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.ServiceDefaults.Tests.Identity;

/// <summary>Tokens signed with the local key, and what is made to look like them.</summary>
public sealed class LocalTokenTests(LocalTokenTests.Hosts hosts) : IClassFixture<LocalTokenTests.Hosts>
{
    private static readonly SymmetricSecurityKey OtherKey = new(Encoding.UTF8.GetBytes("another key of 256 bits, or more"));

    public static TheoryData<string> Accepted() => new(
        nameof(Jwt), "expired within the clock skew", "not yet valid within the clock skew");

    [Theory]
    [MemberData(nameof(Accepted))]
    public async Task Call_GoodToken_IsLetIn(string kind)
    {
        string token = kind switch
        {
            nameof(Jwt) => new Jwt(),
            "expired within the clock skew" => new Jwt { Expires = TimeSpan.FromMinutes(-1) },
            _ => new Jwt { NotBefore = TimeSpan.FromMinutes(1) },
        };

        await RpcAssert.FailsAsync(ErrorReason.Unimplemented, () => CreateTitleAsync(token));
    }

    public static TheoryData<string> Refused() => new(BadTokens().Keys);

    /// <summary>Made when they are needed: a suite may run for longer than a token is good for.</summary>
    private static Dictionary<string, string> BadTokens()
    {
        using var rsa = RSA.Create(2048);
        string good = new Jwt();
        var parts = good.Split('.');
        return new(StringComparer.Ordinal)
        {
            ["alg none"] = new Jwt().With("""{"alg":"none","typ":"JWT"}"""),
            ["alg None"] = new Jwt().With("""{"alg":"None","typ":"JWT"}"""),
            ["no alg"] = new Jwt().With("""{"typ":"JWT"}"""),
            ["alg none with a signature"] = new Jwt().With("""{"alg":"none","typ":"JWT"}""", parts[2]),
            ["signature cut off"] = $"{parts[0]}.{parts[1]}.",
            ["signature of another token"] = $"{parts[0]}.{parts[1]}.{((string)new Jwt { Subject = "x" }).Split('.')[2]}",
            ["claims of another token"] = $"{parts[0]}.{((string)new Jwt { Subject = "x" }).Split('.')[1]}.{parts[2]}",
            ["another key"] = new Jwt { Key = OtherKey },
            ["RSA"] = new Jwt { Key = new RsaSecurityKey(rsa.ExportParameters(includePrivateParameters: true)), Algorithm = SecurityAlgorithms.RsaSha256 },
            ["another issuer"] = new Jwt { Issuer = "https://elsewhere.example" },
            ["no issuer"] = new Jwt { Issuer = null },
            ["another audience"] = new Jwt { Audience = "another" },
            ["no audience"] = new Jwt { Audience = null },
            ["expired"] = new Jwt { Expires = TimeSpan.FromMinutes(-10) },
            ["no expiry"] = new Jwt { Expires = null },
            ["not yet valid"] = new Jwt { NotBefore = TimeSpan.FromMinutes(10) },
            ["no subject"] = new Jwt { Subject = null },
            ["empty subject"] = new Jwt { Subject = "" },
            ["endless subject"] = new Jwt { Subject = new string('x', 256) },
            ["no token"] = "x",
            ["empty parts"] = "..",
            ["encrypted without a key"] = "e30.e30.e30.e30.e30",
        };
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Call_BadToken_IsUnauthenticated(string kind)
    {
        var token = BadTokens()[kind];
        await RpcAssert.FailsAsync(ErrorReason.Unauthenticated, () => CreateTitleAsync(token));

        // To what is public the token adds nothing.
        var seen = await new TitleService.TitleServiceClient(hosts.Host.WithToken(token)).GetTitleAsync(new GetTitleRequest());
        Assert.Equal("nobody", seen.Title.Name);
        Assert.True(token.Length < 10 || !hosts.Host.Logs.Text.Contains(token, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Call_TheKeyWithAnotherAlgorithm_IsUnauthenticated()
    {
        var key = new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(64));
        await using var host = await TestHost.StartAsync(OpenServices.MapAll, null, ("Auth:LocalSigningKey", Convert.ToBase64String(key.Key)));

        Assert.Equal("UNIMPLEMENTED", await ReasonAsync(SecurityAlgorithms.HmacSha256));
        Assert.Equal("UNAUTHENTICATED", await ReasonAsync(SecurityAlgorithms.HmacSha384));
        Assert.Equal("UNAUTHENTICATED", await ReasonAsync(SecurityAlgorithms.HmacSha512));

        async Task<string> ReasonAsync(string algorithm) => (await host.PostAsync(
            "/moviesnow.catalog.v1.TitleService/CreateTitle", null, ("authorization", $"Bearer {new Jwt { Key = key, Algorithm = algorithm }}"))).Reason;
    }

    [Theory]
    [InlineData("role", "admin", "amr", "mfa", "admin")]
    [InlineData("roles", "admin", "amr", "otp", "admin")]
    [InlineData("roles", "admin", "amr", "hwk", "admin")]
    [InlineData("role", "service", "amr", "pwd", "service")]
    [InlineData("role", "admin", "amr", "pwd", "viewer")]
    [InlineData("role", "admin", "amr", "MFA", "viewer")]
    [InlineData("role", "admin", "acr", "mfa", "viewer")]
    [InlineData("role", "Admin", "amr", "mfa", "viewer")]
    [InlineData("role", "administrator", "amr", "mfa", "viewer")]
    [InlineData("role", "service,admin", "amr", "mfa", "viewer")]
    [InlineData("scope", "admin", "amr", "mfa", "viewer")]
    [InlineData("http://schemas.microsoft.com/ws/2008/06/identity/claims/role", "admin", "amr", "mfa", "viewer")]
    public async Task Call_ClaimsOfAToken_MakeTheCallerNoMoreThanTheySay(string roleClaim, string role, string methodClaim, string method, string expected)
    {
        var token = new Microsoft.IdentityModel.JsonWebTokens.JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = AuthOptions.LocalIssuer,
            Audience = "moviesnow",
            Claims = new Dictionary<string, object>(StringComparer.Ordinal) { ["sub"] = "somebody", [roleClaim] = role, [methodClaim] = new[] { method } },
            SigningCredentials = new SigningCredentials(Jwt.LocalKey, SecurityAlgorithms.HmacSha256),
        });

        var seen = await new TitleService.TitleServiceClient(hosts.Host.WithToken(token)).GetTitleAsync(new GetTitleRequest());

        Assert.Equal(expected, seen.Title.Name);
        Assert.Equal("somebody", seen.Title.Id);
    }

    private Task<CreateTitleResponse> CreateTitleAsync(string token) =>
        new TitleService.TitleServiceClient(hosts.Host.WithToken(token)).CreateTitleAsync(new CreateTitleRequest()).ResponseAsync;

    /// <summary>A host whose public method tells whom it takes the caller for; its clock skew spares the tests a race with the clock.</summary>
    public sealed class Hosts : IAsyncLifetime
    {
        internal TestHost Host { get; private set; } = null!;

        public async Task InitializeAsync() => Host = await TestHost.StartAsync(
            ScriptedServices.Map, ScriptedServices.With(new Script { GetTitle = TellCallerAsync }), ("Auth:ClockSkew", "00:05:00"));

        public async Task DisposeAsync() => await Host.DisposeAsync();

        private static Task<GetTitleResponse> TellCallerAsync(ServerCallContext context)
        {
            var name = context.Subject().Length == 0 ? "nobody" : context.IsService() ? "service" : context.IsAdminOrService() ? "admin" : "viewer";
            return Task.FromResult(new GetTitleResponse { Title = new Title { Id = context.Subject(), Name = name } });
        }
    }
}
