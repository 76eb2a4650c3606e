using System.Security.Cryptography;
using System.Text;
using Amazon.S3.Model;
using MoviesNow.LocalS3.Cors;
using MoviesNow.LocalS3.Tests.Support;

namespace MoviesNow.LocalS3.Tests.Cors;

public class CorsTests(S3Fixture fixture) : IClassFixture<S3Fixture>
{
    private const string Page = "http://localhost:5173";

    [Theory]
    [InlineData("https://a.example", "GET", "", true)]
    [InlineData("https://a.example", "DELETE", "", false)]
    [InlineData("http://a.example", "GET", "", false)]
    [InlineData("https://x.wild.example", "PUT", "x-amz-date,Content-Type", true)]
    [InlineData("https://x.wild.example", "PUT", "x-other", false)]
    [InlineData("https://wild.example", "PUT", "", false)]
    public void Allows_OriginMethodHeaders_Verdict(string origin, string method, string headers, bool allowed)
    {
        var rule = new CorsRule(["https://a.example", "https://*.wild.example"], ["GET", "PUT"], ["x-amz-*", "content-type"], [], null);
        Assert.Equal(allowed, rule.Allows(origin, method, headers.Split(',', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public async Task Preflight_ConfiguredOrigin_Allowed()
    {
        var response = await Preflight("/movies/x", Page, "PUT", "content-type, x-amz-checksum-sha256");
        Assert.Equal((200, Page, "content-type, x-amz-checksum-sha256"), (response.Status, response.Header("Access-Control-Allow-Origin"), response.Header("Access-Control-Allow-Headers")));
        Assert.Contains("PUT", response.Header("Access-Control-Allow-Methods")!, StringComparison.Ordinal);
        Assert.Contains("Origin", response.Header("Vary")!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://evil.example", "GET", 403)]
    [InlineData(Page, "PATCH", 403)]
    [InlineData(null, "GET", 400)]
    [InlineData(Page, null, 400)]
    public async Task Preflight_OtherOriginOrMethod_Refused(string? origin, string? method, int status)
    {
        var response = await Preflight("/movies/x", origin, method, null);
        Assert.Equal((status, null), (response.Status, response.Header("Access-Control-Allow-Origin")));
    }

    [Fact]
    public async Task Actual_ConfiguredOrigin_ReadableEvenAsAnError()
    {
        var response = await fixture.Raw.SendAsync(new RawRequest("GET", "/movies/absent") { ExtraHeaders = [("Origin", Page)] });
        Assert.Equal((404, Page), (response.Status, response.Header("Access-Control-Allow-Origin")));
        Assert.Contains("ETag", response.Header("Access-Control-Expose-Headers")!, StringComparison.Ordinal);
        var foreign = await fixture.Raw.SendAsync(new RawRequest("GET", "/movies/absent") { ExtraHeaders = [("Origin", "http://evil.example")] });
        Assert.Null(foreign.Header("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task BucketRules_ThroughTheSdk_ReplaceTheDefault()
    {
        await fixture.S3.PutBucketAsync("cors-bucket");
        await fixture.S3.PutCORSConfigurationAsync("cors-bucket", new CORSConfiguration
        {
            Rules = [new CORSRule { AllowedOrigins = ["*"], AllowedMethods = ["GET"], AllowedHeaders = ["x-a"], ExposeHeaders = ["x-b"], MaxAgeSeconds = 7 }],
        });
        Assert.Equal("GET", Assert.Single((await fixture.S3.GetCORSConfigurationAsync("cors-bucket")).Configuration.Rules).AllowedMethods.Single());
        var response = await Preflight("/cors-bucket/x", "http://any.example", "GET", "X-A");
        Assert.Equal(("*", "7", "x-b"), (response.Header("Access-Control-Allow-Origin"), response.Header("Access-Control-Max-Age"), response.Header("Access-Control-Expose-Headers")));
        Assert.Equal(403, (await Preflight("/cors-bucket/x", Page, "PUT", null)).Status);

        await fixture.Host.RestartAsync();
        Assert.Equal(200, (await Preflight("/cors-bucket/x", "http://any.example", "GET", null)).Status);
        await fixture.S3.DeleteCORSConfigurationAsync("cors-bucket");
        Assert.Equal("NoSuchCORSConfiguration", (await fixture.Raw.SendAsync("GET", "/cors-bucket?cors")).Code);
        Assert.Equal(200, (await Preflight("/cors-bucket/x", Page, "PUT", null)).Status);
    }

    [Theory]
    [InlineData("<CORSRule><AllowedOrigin>*</AllowedOrigin></CORSRule>", "MalformedXML")]
    [InlineData("", "MalformedXML")]
    [InlineData("<CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>PATCH</AllowedMethod></CORSRule>", "InvalidRequest")]
    [InlineData("<CORSRule><AllowedOrigin>*a*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule>", "InvalidRequest")]
    [InlineData("<CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod><ExposeHeader>*</ExposeHeader></CORSRule>", "InvalidRequest")]
    public async Task Put_WrongRules_Refused(string rules, string code)
    {
        var body = Encoding.UTF8.GetBytes($"<CORSConfiguration>{rules}</CORSConfiguration>");
        Assert.Equal(code, (await fixture.Raw.SendAsync("PUT", "/movies?cors", body, ("Content-MD5", Convert.ToBase64String(MD5.HashData(body))))).Code);
        Assert.Equal("NoSuchCORSConfiguration", (await fixture.Raw.SendAsync("GET", "/movies?cors")).Code);
    }

    private Task<RawResponse> Preflight(string target, string? origin, string? method, string? headers)
    {
        (string Name, string? Value)[] all = [("Origin", origin), ("Access-Control-Request-Method", method), ("Access-Control-Request-Headers", headers)];
        return fixture.Raw.SendAsync(new RawRequest("OPTIONS", target) { Anonymous = true, Headers = [.. all.Where(h => h.Value is not null).Select(h => (h.Name, h.Value!))] });
    }
}
