using System.Text;
using Amazon.S3;
using Amazon.S3.Model;
using MoviesNow.LocalS3.Tests.Support;

namespace MoviesNow.LocalS3.Tests.Signing;

public class PresignedTests(S3Fixture fixture) : IClassFixture<S3Fixture>
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Put_ThenGet_RoundTrip()
    {
        var body = Encoding.UTF8.GetBytes("presigned");
        Assert.Equal(200, (await Use("PUT", fixture.Raw.Presign("PUT", "/movies/p/1"), body)).Status);
        Assert.Equal(body, (await Use("GET", fixture.Raw.Presign("GET", "/movies/p/1"))).Body);
    }

    [Theory]
    [InlineData(600, 0, 404, "NoSuchKey")]
    [InlineData(604800, 0, 404, "NoSuchKey")]
    [InlineData(604801, 0, 400, "AuthorizationQueryParametersError")]
    [InlineData(-1, 0, 403, "AccessDenied")]
    [InlineData(-1, -14, 403, "AccessDenied")]
    [InlineData(600, 9, 404, "NoSuchKey")]
    [InlineData(600, 11, 403, "AccessDenied")]
    [InlineData(604800, 10079, 404, "NoSuchKey")]
    [InlineData(604800, 10081, 403, "AccessDenied")]
    [InlineData(600, -14, 404, "NoSuchKey")]
    [InlineData(600, -16, 403, "AccessDenied")]
    public async Task Get_LifetimeAndAge_Outcome(int expires, int ageMinutes, int status, string code)
    {
        var response = await Use("GET", fixture.Raw.Presign("GET", "/movies/absent", expires, ageMinutes * Minute));
        Assert.Equal((status, code), (response.Status, response.Code));
    }

    [Theory]
    [InlineData("absent?", "other?", "SignatureDoesNotMatch")]
    [InlineData("X-Amz-Expires=600", "X-Amz-Expires=6000", "SignatureDoesNotMatch")]
    [InlineData("X-Amz-SignedHeaders=host", "X-Amz-SignedHeaders=", "AuthorizationQueryParametersError")]
    [InlineData("X-Amz-SignedHeaders=host", "X-Amz-SignedHeaders=date", "AuthorizationQueryParametersError")]
    [InlineData("X-Amz-Signature=", "X-Amz-Signature=0", "AuthorizationQueryParametersError")]
    [InlineData("X-Amz-Algorithm=AWS4-HMAC-SHA256", "X-Amz-Algorithm=none", "AuthorizationQueryParametersError")]
    [InlineData("X-Amz-Expires=600&", "", "AuthorizationQueryParametersError")]
    [InlineData("X-Amz-Signature", "response-content-type=a&X-Amz-Signature", "SignatureDoesNotMatch")]
    public async Task Get_Tampered_Refused(string part, string replacement, string code)
    {
        var address = fixture.Raw.Presign("GET", "/movies/absent?list=");
        var response = await Use("GET", address.Replace(part, replacement, StringComparison.Ordinal));
        Assert.Equal(code, response.Code);
    }

    [Theory]
    [InlineData("X-Amz-Signature", "AuthorizationQueryParametersError")]
    [InlineData("X-Amz-Expires", "SignatureDoesNotMatch")]
    [InlineData("X-Amz-Date", "SignatureDoesNotMatch")]
    [InlineData("list", "SignatureDoesNotMatch")]
    public async Task Get_ParameterTwice_Refused(string name, string code)
    {
        var address = fixture.Raw.Presign("GET", "/movies/absent?list=");
        var again = address.Split('?')[1].Split('&').Single(part => part.StartsWith($"{name}=", StringComparison.Ordinal));
        Assert.Equal(code, (await Use("GET", $"{address}&{again}")).Code);
    }

    [Fact]
    public async Task Presigned_WrongMethodSecretRegionOrToken_Refused()
    {
        Assert.Equal("SignatureDoesNotMatch", (await Use("DELETE", fixture.Raw.Presign("GET", "/movies/absent"))).Code);
        Assert.Equal("SignatureDoesNotMatch", (await Use("GET", fixture.Raw.Presign("GET", "/movies/absent", secret: "another-secret"))).Code);
        Assert.Equal("AuthorizationQueryParametersError", (await Use("GET", fixture.Raw.Presign("GET", "/movies/absent", region: "eu-west-1"))).Code);
        Assert.Equal("InvalidToken", (await Use("GET", fixture.Raw.Presign("GET", "/movies/absent?X-Amz-Security-Token=t"))).Code);
    }

    [Fact]
    public async Task Put_SignedHeaders_MustBeSentAsSigned()
    {
        var address = fixture.Raw.Presign("PUT", "/movies/p/typed", headers: [("content-type", "application/zip"), ("content-length", "3"), ("if-none-match", "*")]);
        var body = "abc"u8.ToArray();

        Assert.Equal("SignatureDoesNotMatch", (await Use("PUT", address, body)).Code);
        Assert.Equal("SignatureDoesNotMatch", (await Use("PUT", address, body, ("Content-Type", "text/html"), ("If-None-Match", "*"))).Code);
        Assert.Equal("SignatureDoesNotMatch", (await Use("PUT", address, "abcd"u8.ToArray(), ("Content-Type", "application/zip"), ("If-None-Match", "*"))).Code);
        Assert.Equal(200, (await Use("PUT", address, body, ("Content-Type", "application/zip"), ("If-None-Match", "*"))).Status);
        Assert.Equal("PreconditionFailed", (await Use("PUT", address, body, ("Content-Type", "application/zip"), ("If-None-Match", "*"))).Code);
    }

    [Fact]
    public async Task Put_UnsignedAmzHeader_Refused()
    {
        var response = await Use("PUT", fixture.Raw.Presign("PUT", "/movies/p/meta"), [1], ("x-amz-meta-a", "1"));
        Assert.Equal((403, "AccessDenied"), (response.Status, response.Code));
    }

    [Fact]
    public async Task Get_ResponseOverrides_AreHeaders()
    {
        await fixture.Raw.SendAsync("PUT", "/movies/p/over", [1, 2, 3], ("content-type", "application/zip"), ("cache-control", "max-age=1"));
        var address = fixture.Raw.Presign(
            "GET", "/movies/p/over?response-content-type=text%2Fplain&response-content-disposition=attachment%3B%20filename%3D%22a%20b.zip%22&response-cache-control=no-store"
            + "&response-content-language=de&response-content-encoding=identity&response-expires=Thu%2C%2001%20Dec%202033%2016%3A00%3A00%20GMT");
        var response = await Use("GET", address);

        Assert.Equal("text/plain", response.Header("Content-Type"));
        Assert.Equal("attachment; filename=\"a b.zip\"", response.Header("Content-Disposition"));
        Assert.Equal("no-store", response.Header("Cache-Control"));
        Assert.Equal("de", response.Header("Content-Language"));
        Assert.Equal("identity", response.Header("Content-Encoding"));
        Assert.Equal("Thu, 01 Dec 2033 16:00:00 GMT", response.Header("Expires"));
    }

    [Fact]
    public async Task GetPreSignedURL_OfTheSdk_Works()
    {
        await fixture.S3.PutObjectAsync(new PutObjectRequest { BucketName = "movies", Key = "p/sdk ü+%.txt", ContentBody = "sdk" });
        var address = await fixture.S3.GetPreSignedURLAsync(new GetPreSignedUrlRequest
        {
            BucketName = "movies",
            Key = "p/sdk ü+%.txt",
            Expires = DateTime.UtcNow.AddMinutes(5),
            Protocol = Protocol.HTTP,
            ResponseHeaderOverrides = new ResponseHeaderOverrides { ContentDisposition = "attachment; filename=\"x\"" },
        });
        using var http = new HttpClient();
        using var response = await http.GetAsync(new Uri(address));
        Assert.Equal("sdk", await response.Content.ReadAsStringAsync());
        Assert.Equal("attachment; filename=\"x\"", response.Content.Headers.GetValues("Content-Disposition").Single());
    }

    private Task<RawResponse> Use(string method, string address, byte[]? body = null, params (string Name, string Value)[] headers) =>
        fixture.Raw.SendAsync(new RawRequest(method, address) { Anonymous = true, Body = body, Headers = headers });
}
