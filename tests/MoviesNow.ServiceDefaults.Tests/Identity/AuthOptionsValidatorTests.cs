using Microsoft.Extensions.Options;
using MoviesNow.ServiceDefaults.Identity;
using MoviesNow.ServiceDefaults.Tests.Harness;

namespace MoviesNow.ServiceDefaults.Tests.Identity;

public sealed class AuthOptionsValidatorTests
{
    private const string Key = Who.SigningKey;

    [Theory]
    [InlineData("https://id.example/realms/moviesnow", "")]
    [InlineData("http://127.0.0.1:8080", "")]
    [InlineData("http://localhost", "")]
    [InlineData("", Key)]
    public void Validate_OneSourceOfTokens_Accepts(string authority, string key) =>
        Assert.True(Validate(new AuthOptions { Authority = authority, LocalSigningKey = key }).Succeeded);

    [Theory]
    [InlineData("", "", "Auth:Authority")]
    [InlineData("https://id.example", Key, "Auth:LocalSigningKey")]
    [InlineData("http://id.example", "", "Auth:Authority")]
    [InlineData("id.example", "", "Auth:Authority")]
    [InlineData("/etc/passwd", "", "Auth:Authority")]
    [InlineData("file:///etc/passwd", "", "Auth:Authority")]
    [InlineData("ftp://localhost", "", "Auth:Authority")]
    [InlineData("http://localhost.evil.example", "", "Auth:Authority")]
    [InlineData("", "not base64!", "Auth:LocalSigningKey")]
    [InlineData("", "c2hvcnQ=", "Auth:LocalSigningKey")]
    public void Validate_NotExactlyOneSafeSourceOfTokens_NamesTheSetting(string authority, string key, string setting) =>
        AssertNames(setting, new AuthOptions { Authority = authority, LocalSigningKey = key });

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public void Validate_NoAudience_NamesTheSetting(string audience) =>
        AssertNames("Auth:Audience", new AuthOptions { LocalSigningKey = Key, Audience = audience });

    [Theory]
    [InlineData(0, true)]
    [InlineData(300, true)]
    [InlineData(-1, false)]
    [InlineData(301, false)]
    public void Validate_ClockSkew_IsBounded(int seconds, bool accepted) =>
        Assert.Equal(accepted, Validate(new AuthOptions { LocalSigningKey = Key, ClockSkew = TimeSpan.FromSeconds(seconds) }).Succeeded);

    [Theory]
    [InlineData("0123456789abcdef", true)]
    [InlineData("0123456789abcde", false)]
    [InlineData("0123456789 abcdef", false)]
    [InlineData("0123456789abcdeé", false)]
    [InlineData("0123456789abcdef\n", false)]
    [InlineData("", false)]
    public void Validate_ApiKey_IsOneThatAHeaderCanCarry(string key, bool accepted)
    {
        var options = new AuthOptions { LocalSigningKey = Key };
        options.ApiKeys.Add("0123456789abcdef-good");
        options.ApiKeys.Add(key);

        var result = Validate(options);

        Assert.Equal(accepted, result.Succeeded);
        Assert.True(accepted || result.FailureMessage!.Contains("Auth:ApiKeys:1", StringComparison.Ordinal));
        Assert.True(accepted || key.Length == 0 || !result.FailureMessage!.Contains(key, StringComparison.Ordinal));
    }

    [Fact]
    public void Validate_SeveralErrors_NamesThemAll()
    {
        var result = Validate(new AuthOptions { Audience = "", ClockSkew = TimeSpan.FromHours(1) });

        Assert.Equal(3, result.Failures!.Count());
    }

    [Fact]
    public async Task Start_BadSettings_DoesNotHappen()
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(
            () => TestHost.StartAsync(OpenServices.MapAll, null, ("Auth:LocalSigningKey", "c2hvcnQ="), ("Auth:ApiKeys:0", "short")));

        Assert.Contains("Auth:LocalSigningKey", error.Message, StringComparison.Ordinal);
        Assert.Contains("Auth:ApiKeys:0", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("c2hvcnQ=", error.Message, StringComparison.Ordinal);
    }

    private static void AssertNames(string setting, AuthOptions options)
    {
        var result = Validate(options);
        Assert.True(result.Failed);
        Assert.Contains(setting, Assert.Single(result.Failures!), StringComparison.Ordinal);
    }

    private static ValidateOptionsResult Validate(AuthOptions options) => new AuthOptionsValidator().Validate(null, options);
}
