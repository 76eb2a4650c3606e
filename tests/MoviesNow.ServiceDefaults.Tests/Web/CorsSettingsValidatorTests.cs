using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MoviesNow.ServiceDefaults.Web;

namespace MoviesNow.ServiceDefaults.Tests.Web;

public sealed class CorsSettingsValidatorTests
{
    [Theory]
    [InlineData("https://player.example")]
    [InlineData("https://player.example:8443")]
    [InlineData("http://localhost:5173")]
    [InlineData("http://[::1]:5173")]
    [InlineData("http://127.0.0.1")]
    [InlineData("https://xn--bcher-kva.example")]
    public void Validate_Origin_Accepts(string origin) => Assert.True(Validate(new CorsSettings { AllowedOrigins = { origin } }).Succeeded);

    [Theory]
    [InlineData("")]
    [InlineData("player.example")]
    [InlineData("//player.example")]
    [InlineData("https://player.example/")]
    [InlineData("https://player.example/app")]
    [InlineData("https://player.example?x")]
    [InlineData("https://player.example:443")]
    [InlineData("http://player.example:80")]
    [InlineData("https://Player.example")]
    [InlineData("HTTPS://player.example")]
    [InlineData("https://*.example")]
    [InlineData("https://user@player.example")]
    [InlineData("ftp://player.example")]
    [InlineData("null")]
    [InlineData("https://player.example ")]
    [InlineData("https://")]
    public void Validate_NoOrigin_NamesTheSetting(string origin) =>
        AssertNames("Cors:AllowedOrigins:1", new CorsSettings { AllowedOrigins = { "https://player.example", origin } });

    [Fact]
    public void Validate_None_Accepts() => Assert.True(Validate(new CorsSettings()).Succeeded);

    [Fact]
    public void Validate_AnyOrigin_NeedsDevelopmentOrConfirmation()
    {
        AssertNames("Cors:AllowAnyOrigin", new CorsSettings { AllowedOrigins = { "*" } });
        Assert.True(Validate(new CorsSettings { AllowedOrigins = { "*" } }, "Development").Succeeded);
        Assert.True(Validate(new CorsSettings { AllowedOrigins = { "*" }, AllowAnyOrigin = true }).Succeeded);
    }

    [Theory]
    [InlineData("Development")]
    [InlineData("Production")]
    public void Validate_AnyOriginWithCredentials_NamesTheSetting(string environment) =>
        AssertNames("Cors:AllowCredentials", new CorsSettings { AllowedOrigins = { "*" }, AllowAnyOrigin = true, AllowCredentials = true }, environment);

    [Fact]
    public void Validate_AnyOriginBesideOthers_NamesTheSetting() =>
        AssertNames("Cors:AllowedOrigins", new CorsSettings { AllowedOrigins = { "*", "https://player.example" }, AllowAnyOrigin = true });

    [Fact]
    public void Validate_ConfirmationOfNothing_NamesTheSetting() => AssertNames("Cors:AllowAnyOrigin", new CorsSettings { AllowAnyOrigin = true });

    [Theory]
    [InlineData("http://localhost:5173", true)]
    [InlineData("https://localhost", true)]
    [InlineData("http://127.0.0.1:1", true)]
    [InlineData("http://[::1]:1", true)]
    [InlineData("http://localhost.evil.example", false)]
    [InlineData("http://evil.example", false)]
    [InlineData("http://127.0.0.1.evil.example", false)]
    [InlineData("http://localhost@evil.example", false)]
    [InlineData("file:///localhost", false)]
    [InlineData("null", false)]
    public void IsLoopback_Origin_OnlyOnThisMachine(string origin, bool expected) => Assert.Equal(expected, Origin.IsLoopback(origin));

    private static void AssertNames(string setting, CorsSettings settings, string environment = "Production")
    {
        var result = Validate(settings, environment);
        Assert.True(result.Failed);
        Assert.Contains(setting, Assert.Single(result.Failures), StringComparison.Ordinal);
    }

    private static ValidateOptionsResult Validate(CorsSettings settings, string environment = "Production") =>
        new CorsSettingsValidator(new Host { EnvironmentName = environment }).Validate(null, settings);

    private sealed class Host : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = "";

        public string ApplicationName { get; set; } = "";

        public string ContentRootPath { get; set; } = "";

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
