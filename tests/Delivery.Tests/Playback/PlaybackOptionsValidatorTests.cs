using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using MoviesNow.Delivery.Playback;

namespace MoviesNow.Delivery.Tests.Playback;

/// <summary>A service with wrong settings does not start, and says which.</summary>
public sealed class PlaybackOptionsValidatorTests
{
    private static readonly string P256 = PlaybackSettings.NewEcdsaKey(ECCurve.NamedCurves.nistP256);
    private static readonly string P384 = PlaybackSettings.NewEcdsaKey(ECCurve.NamedCurves.nistP384);
    private static readonly string Rsa1024 = CloudFrontSignerTests.NewKey(1_024);

    [Theory]
    [InlineData(PlaybackProtection.None)]
    [InlineData(PlaybackProtection.SecureLink)]
    [InlineData(PlaybackProtection.CloudFront)]
    [InlineData(PlaybackProtection.CommonAccessToken)]
    public void Validate_SettingsOfEachProtection_Accepts(object protection) => Assert.Empty(Failures((PlaybackProtection)protection));

    [Fact]
    public void Validate_NothingConfigured_Accepts() => Assert.True(new PlaybackOptionsValidator().Validate(name: null, new PlaybackOptions()).Succeeded);

    [Fact]
    public void Validate_Es256WithSeveralKeys_Accepts() => Assert.Empty(Failures(
        PlaybackProtection.CommonAccessToken,
        ("CommonAccessToken:Algorithm", "ES256"), ("CommonAccessToken:Keys:hs-1", P256), ("CommonAccessToken:Keys:next", P256)));

    [Theory]
    [InlineData("SecureLink", "MinTtlSeconds", "0")]
    [InlineData("SecureLink", "MaxTtlSeconds", "59")]
    [InlineData("SecureLink", "MaxTtlSeconds", "86401")]
    [InlineData("SecureLink", "DefaultTtlSeconds", "3601")]
    [InlineData("SecureLink", "MaxSessionSeconds", "86401")]
    [InlineData("SecureLink", "MaxSessionSeconds", "3599")]
    [InlineData("SecureLink", "CdnUrl", "")]
    [InlineData("SecureLink", "CdnUrl", "https://cdn.example.com")]
    [InlineData("SecureLink", "CdnUrl", "cdn.example.com/")]
    [InlineData("SecureLink", "CdnUrl", "ftp://cdn.example.com/")]
    [InlineData("SecureLink", "CdnUrl", "https://cdn.example.com/?a=/")]
    [InlineData("SecureLink", "CdnUrl", "https://u:p@cdn.example.com/")]
    [InlineData("SecureLink", "CdnUrl", "https://cdn.example.com/a/../")]
    [InlineData("SecureLink", "CdnUrl", "https://cdn.example.com/%2e/")]
    [InlineData("SecureLink", "CdnUrl", "https://CDN.example.com/")]
    [InlineData("SecureLink", "PublicUrl", "")]
    [InlineData("SecureLink", "TicketKeys:0", "")]
    [InlineData("SecureLink", "TicketKeys:1", "c2hvcnQ=")]
    [InlineData("SecureLink", "SecureLink:SigningKeyId", "k2")]
    [InlineData("SecureLink", "SecureLink:Keys:k1", "short")]
    [InlineData("SecureLink", "SecureLink:Keys:k1", "$with-characters-that-nginx-expands")]
    [InlineData("SecureLink", "SecureLink:Keys:k.2", "an-example-secret-of-32-characters")]
    [InlineData("CloudFront", "CloudFront:KeyPairId", "")]
    [InlineData("CloudFront", "CloudFront:PrivateKey", "")]
    [InlineData("CloudFront", "CloudFront:PrivateKey", "RSA1024")]
    [InlineData("CloudFront", "CloudFront:CookieDomain", "a;b")]
    [InlineData("CommonAccessToken", "CommonAccessToken:Algorithm", "none")]
    [InlineData("CommonAccessToken", "CommonAccessToken:Issuer", "")]
    [InlineData("CommonAccessToken", "CommonAccessToken:SigningKeyId", "")]
    [InlineData("CommonAccessToken", "CommonAccessToken:Keys:hs-1", "c2hvcnQ=")]
    [InlineData("CommonAccessToken", "CommonAccessToken:Keys:h 2", "bW92aWVzbm93LXRlc3QtdmVjdG9yLWtleS0wMDAwMDE=")]
    public void Validate_OneWrongSetting_NamesItAndNoSecret(string protection, string setting, string value)
    {
        var failures = Failures(Enum.Parse<PlaybackProtection>(protection), (setting, value is "RSA1024" ? Rsa1024 : value));

        Assert.Contains(failures, failure => failure.StartsWith($"Delivery:Playback:{setting} ", StringComparison.Ordinal));
        Assert.All(failures, failure => Assert.True(value.Length < 5 || setting.EndsWith(value, StringComparison.Ordinal) || !failure.Contains(value, StringComparison.Ordinal), failure));
    }

    [Theory]
    [InlineData("not a key")]
    [InlineData("P384")]
    public void Validate_Es256WithAnotherKey_NamesIt(string key)
    {
        var failures = Failures(
            PlaybackProtection.CommonAccessToken, ("CommonAccessToken:Algorithm", "ES256"), ("CommonAccessToken:Keys:hs-1", key is "P384" ? P384 : key));

        Assert.Equal("Delivery:Playback:CommonAccessToken:Keys:hs-1 must be a private key of the curve P-256 (PEM).", Assert.Single(failures));
    }

    private static IEnumerable<string> Failures(PlaybackProtection protection, params (string Name, string? Value)[] more)
    {
        var options = new PlaybackOptions();
        new ConfigurationBuilder().AddInMemoryCollection(PlaybackSettings.Of(protection, more)).Build().GetSection(PlaybackOptions.Section).Bind(options);
        return new PlaybackOptionsValidator().Validate(name: null, options).Failures ?? [];
    }
}
