using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using MoviesNow.ServiceDefaults.Identity;
using MoviesNow.ServiceDefaults.Tests.Harness;

namespace MoviesNow.ServiceDefaults.Tests.Identity;

public sealed class ServiceTokenProviderTests
{
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    [Fact]
    public async Task GetToken_LocalKey_NamesTheServiceAndItsRole()
    {
        var token = new JsonWebToken(await LocalProvider().GetTokenAsync(CancellationToken.None));

        Assert.Equal("moviesnow.tested", token.Subject);
        Assert.Equal("moviesnow", Assert.Single(token.Audiences));
        Assert.Equal("service", token.GetClaim("role").Value);
        Assert.False(token.TryGetClaim("amr", out _));
        Assert.Equal(_time.Now.UtcDateTime, token.ValidFrom);
        Assert.Equal(_time.Now.AddMinutes(15).UtcDateTime, token.ValidTo);
    }

    [Fact]
    public async Task GetToken_AsTimePasses_IsRenewedBeforeItExpires()
    {
        var provider = LocalProvider();
        var first = await provider.GetTokenAsync(CancellationToken.None);

        _time.Now += TimeSpan.FromMinutes(9);
        Assert.Equal(first, await provider.GetTokenAsync(CancellationToken.None));

        _time.Now += TimeSpan.FromMinutes(1);
        var second = await provider.GetTokenAsync(CancellationToken.None);
        Assert.NotEqual(first, second);
        Assert.Equal(_time.Now.AddMinutes(15).UtcDateTime, new JsonWebToken(second).ValidTo);
    }

    [Fact]
    public async Task GetToken_FileThatChanges_IsReadAnew()
    {
        var file = Path.GetTempFileName();
        try
        {
            var provider = Provider(new AuthOptions { Authority = "https://id.example", ServiceTokenFile = file });
            await File.WriteAllTextAsync(file, "first.token.x\n");
            Assert.Equal("first.token.x", await provider.GetTokenAsync(CancellationToken.None));

            await File.WriteAllTextAsync(file, "second.token.x");
            Assert.Equal("second.token.x", await provider.GetTokenAsync(CancellationToken.None));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task GetToken_NothingConfigured_NamesTheSetting()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await Provider(new AuthOptions { Authority = "https://id.example" }).GetTokenAsync(CancellationToken.None));

        Assert.Contains("Auth:ServiceTokenFile", error.Message, StringComparison.Ordinal);
    }

    private ServiceTokenProvider LocalProvider() => Provider(new AuthOptions { LocalSigningKey = Who.SigningKey });

    private ServiceTokenProvider Provider(AuthOptions options) => new(Options.Create(options), new Named(), _time);

    private sealed class Named : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = "Production";

        public string ApplicationName { get; set; } = "MoviesNow.Tested";

        public string ContentRootPath { get; set; } = "";

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
