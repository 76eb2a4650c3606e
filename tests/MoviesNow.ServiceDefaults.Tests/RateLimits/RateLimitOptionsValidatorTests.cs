using Microsoft.Extensions.Options;
using MoviesNow.ServiceDefaults.RateLimits;
using MoviesNow.ServiceDefaults.Tests.Harness;

namespace MoviesNow.ServiceDefaults.Tests.RateLimits;

public sealed class RateLimitOptionsValidatorTests
{
    [Theory]
    [InlineData("RateLimits:Enabled", "false")]
    [InlineData("RateLimits:Salt", "")]
    [InlineData("RateLimits:Salt", "0123456789abcdef")]
    [InlineData("RateLimits:AdminWritesPerMinute", "1")]
    [InlineData("RateLimits:WritesPerMinute", "1000000")]
    [InlineData("RateLimits:ServicePermitsPerMinute", "0")]
    [InlineData("RateLimits:Window", "00:00:01")]
    [InlineData("RateLimits:Window", "01:00:00")]
    [InlineData("RateLimits:RedisTimeout", "00:00:00.010")]
    [InlineData("RateLimits:Methods:TitleService/GetTitle:PermitsPerMinute", "5")]
    [InlineData("RateLimits:Methods:titleservice/gettitle:PermitsPerMinute", "5")]
    [InlineData("RateLimits:Methods:TitleService.GetTitle:Window", "00:00:10")]
    [InlineData("RateLimits:Methods:moviesnow.catalog.v1.TitleService/GetTitle:PermitsPerMinute", "5")]
    [InlineData("RateLimits:Methods:moviesnow.catalog.v1.TitleService.GetTitle:ServicePermitsPerMinute", "5")]
    [InlineData("RateLimits:Methods:PlaylistEndpoint.Get:PermitsPerMinute", "5")]
    [InlineData("Proxies:TrustedNetworks:0", "10.0.0.0/8")]
    [InlineData("Proxies:TrustedNetworks:0", "fd00::/8")]
    public async Task Start_GoodSetting_Accepts(string key, string value)
    {
        await using var host = await TestHost.StartAsync(OpenServices.MapAll, null, (key, value));
    }

    [Theory]
    [InlineData("RateLimits:Salt", "0123456789abcde")]
    [InlineData("RateLimits:AdminWritesPerMinute", "0")]
    [InlineData("RateLimits:WritesPerMinute", "1000001")]
    [InlineData("RateLimits:ReadsPerMinute", "-1")]
    [InlineData("RateLimits:ServicePermitsPerMinute", "-1")]
    [InlineData("RateLimits:PeoplePerApiKey", "0")]
    [InlineData("RateLimits:PeoplePerAddress", "100001")]
    [InlineData("RateLimits:Window", "00:00:00.5")]
    [InlineData("RateLimits:Window", "01:00:01")]
    [InlineData("RateLimits:RedisTimeout", "00:00:03")]
    [InlineData("RateLimits:RedisRetryDelay", "00:00:00.05")]
    [InlineData("RateLimits:Methods:TitleService/GetTitle:PermitsPerMinute", "0")]
    [InlineData("RateLimits:Methods:TitleService/GetTitle:ServicePermitsPerMinute", "-1")]
    [InlineData("RateLimits:Methods:TitleService/GetTitle:Window", "00:00:00")]
    [InlineData("Proxies:TrustedNetworks:0", "10.0.0.0/33")]
    [InlineData("Proxies:TrustedNetworks:0", "proxy.example")]
    public async Task Start_BadSetting_NamesIt(string key, string value)
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => TestHost.StartAsync(OpenServices.MapAll, null, (key, value)));

        Assert.Contains(key, Assert.Single(error.Failures), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TitleService/NoSuchMethod")]
    [InlineData("NoSuchService/GetTitle")]
    [InlineData("GetTitle")]
    [InlineData("moviesnow.catalog.v2.TitleService/GetTitle")]
    [InlineData("grpc.health.v1.Health/Check")]
    [InlineData("TitleService/")]
    public async Task Start_UnknownMethod_NamesIt(string method)
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(
            () => TestHost.StartAsync(OpenServices.MapAll, null, ($"RateLimits:Methods:{method}:PermitsPerMinute", "5")));

        Assert.Equal($"RateLimits:Methods:{method} names no method of the contract.", Assert.Single(error.Failures));
    }

    [Fact]
    public void Validate_OneMethodSpelledInTwoWays_NamesTheSecond()
    {
        var options = new RateLimitOptions();
        options.Methods["TitleService/GetTitle"] = new MethodRateLimit();
        options.Methods["moviesnow.catalog.v1.TitleService.GetTitle"] = new MethodRateLimit();

        var result = new RateLimitOptionsValidator().Validate(null, options);

        Assert.Contains("RateLimits:Methods:moviesnow.catalog.v1.TitleService.GetTitle", Assert.Single(result.Failures!), StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_SeveralErrors_NamesThemAll()
    {
        var options = new RateLimitOptions { Salt = "short", ReadsPerMinute = 0, Methods = { ["X/Y"] = new MethodRateLimit { PermitsPerMinute = 0 } } };

        Assert.Equal(4, new RateLimitOptionsValidator().Validate(null, options).Failures!.Count());
    }
}
