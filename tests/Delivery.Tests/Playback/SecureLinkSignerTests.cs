using System.Net;
using MoviesNow.Delivery.Playback;
using MoviesNow.Delivery.Playback.Signing;
using MoviesNow.Testing;

namespace MoviesNow.Delivery.Tests.Playback;

/// <summary>Segments for nginx, against what its documentation says to compute with the command openssl. tests/Playback.Tests asks nginx itself.</summary>
public sealed class SecureLinkSignerTests
{
    private const string Secret = "an-example-secret-of-32-characters";

    [Theory]
    [InlineData(null, "any")]
    [InlineData("198.51.100.7", "ip")]
    [InlineData("2001:DB8:0:0::7", "ip")]
    public async Task Sign_AnyGrant_IsTheHashThatOpensslGives(string? address, string scope)
    {
        var options = new SecureLinkOptions { SigningKeyId = "k2" };
        options.Keys["k1"] = new string('x', 32);
        options.Keys["k2"] = Secret;
        var bound = address is null ? null : IPAddress.Parse(address);
        var claims = new GrantClaims("hls/0198c0de-0000-7000-8000-000000000001/", DateTimeOffset.UnixEpoch, DateTimeOffset.FromUnixTimeSeconds(1_767_291_000), bound, Guid.Empty);

        var segment = new SecureLinkSigner(options).Sign(claims).PathSegment;

        var text = $"1767291000|{scope}|{bound}|hls/0198c0de-0000-7000-8000-000000000001/|{Secret}";
        var (hash, _) = await Tool.RunAsync("sh", ".", "-c", $"printf %s '{text}' | openssl md5 -binary | openssl base64 -A | tr '+/' '-_' | tr -d =");
        Assert.Equal($"k2.1767291000.{scope}.2.{hash}", segment);
    }
}
