using Microsoft.AspNetCore.Http;
using MoviesNow.LocalS3.Errors;
using MoviesNow.LocalS3.Signing;
using MoviesNow.LocalS3.Tests.Support;

namespace MoviesNow.LocalS3.Tests.Signing;

public class AuthenticationTests(S3Fixture fixture) : IClassFixture<S3Fixture>
{
    private static readonly RawRequest Good = new("GET", "/movies?list-type=2&prefix=x");

    internal static readonly Dictionary<string, (RawRequest Request, int Status, string? Code)> Cases = new()
    {
        ["right"] = (Good, 200, null),
        ["anonymous"] = (Good with { Anonymous = true }, 403, "AccessDenied"),
        ["anonymous object"] = (new RawRequest("GET", "/movies/x") { Anonymous = true }, 403, "AccessDenied"),
        ["anonymous with overrides"] = (new RawRequest("GET", "/movies/x?response-content-type=text/html") { Anonymous = true }, 403, "AccessDenied"),
        ["wrong secret"] = (Good with { Secret = "another-secret" }, 403, "SignatureDoesNotMatch"),
        ["unknown key"] = (Good with { AccessKey = "somebody-else" }, 403, "InvalidAccessKeyId"),
        ["wrong region"] = (Good with { Region = "eu-west-1" }, 400, "AuthorizationHeaderMalformed"),
        ["wrong service"] = (Good with { Service = "sts" }, 400, "AuthorizationHeaderMalformed"),
        ["early by 14 minutes"] = (Good with { Skew = TimeSpan.FromMinutes(14) }, 200, null),
        ["early by 16 minutes"] = (Good with { Skew = TimeSpan.FromMinutes(16) }, 403, "RequestTimeTooSkewed"),
        ["late by 14 minutes"] = (Good with { Skew = TimeSpan.FromMinutes(-14) }, 200, null),
        ["late by 16 minutes"] = (Good with { Skew = TimeSpan.FromMinutes(-16) }, 403, "RequestTimeTooSkewed"),
        ["other query"] = (Good with { SendTarget = "/movies?list-type=2&prefix=y" }, 403, "SignatureDoesNotMatch"),
        ["added query"] = (Good with { SendTarget = "/movies?list-type=2&prefix=x&max-keys=1" }, 403, "SignatureDoesNotMatch"),
        ["other path"] = (Good with { SendTarget = "/other?list-type=2&prefix=x" }, 403, "SignatureDoesNotMatch"),
        ["other method"] = (Good with { SendMethod = "DELETE" }, 403, "SignatureDoesNotMatch"),
        ["unsigned amz header"] = (Good with { ExtraHeaders = [("x-amz-meta-a", "1")] }, 403, "AccessDenied"),
        ["amz header not in the list"] = (Good with { Headers = [("x-amz-meta-a", "1")], Unsigned = ["x-amz-meta-a"] }, 403, "AccessDenied"),
        ["unsigned plain header"] = (Good with { ExtraHeaders = [("X-Other", "1")] }, 200, null),
        ["security token"] = (Good with { Headers = [("x-amz-security-token", "t")] }, 400, "InvalidToken"),
        ["version 2 header"] = (Good with { Anonymous = true, ExtraHeaders = [("Authorization", "AWS key:c2ln")] }, 400, "InvalidRequest"),
        ["empty header"] = (Good with { Anonymous = true, ExtraHeaders = [("Authorization", "")] }, 403, "AccessDenied"),
        ["health by another path"] = (new RawRequest("GET", "/movies/../_health") { Anonymous = true }, 403, "AccessDenied"),
        ["basic"] = (Good with { Anonymous = true, ExtraHeaders = [("Authorization", "Basic abc")] }, 400, "InvalidRequest"),
        ["no signature"] = (Good with { Anonymous = true, ExtraHeaders = [("Authorization", "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/s3/aws4_request")] }, 400, "AuthorizationHeaderMalformed"),
        ["version 2 query"] = (new RawRequest("GET", "/movies/x?AWSAccessKeyId=k&Signature=s&Expires=1") { Anonymous = true }, 400, "InvalidRequest"),
        ["payload neither hash nor known"] = (Good with { PayloadHash = "NOTHING" }, 400, "InvalidArgument"),
        ["unsigned payload"] = (Good with { PayloadHash = "UNSIGNED-PAYLOAD" }, 200, null),
        ["broken escape"] = (Good with { Anonymous = true, SendTarget = "/movies/%zz" }, 400, "InvalidURI"),
        ["not UTF-8"] = (Good with { Anonymous = true, SendTarget = "/movies/%ff" }, 400, "InvalidURI"),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Authenticate_HeaderSignature_Outcome(string name)
    {
        var (request, status, code) = Cases[name];
        var response = await fixture.Raw.SendAsync(request);
        Assert.Equal((status, code), (response.Status, response.Code));
    }

    [Theory]
    [InlineData("Sun, 22 Nov 2026 20:40:00 GMT")]
    [InlineData("Sun, 22 Nov 2026 20:40:00 -0000")]
    [InlineData("Sun, 22 Nov 2026 20:40:00 +0000")]
    public void FromHeaders_DateInsteadOfAmzDate_IsTheTimeOfSigning(string date)
    {
        var claim = SignatureClaim.FromHeaders(Signed(date));
        Assert.Equal(("20261122T204000Z", new DateTimeOffset(2026, 11, 22, 20, 40, 0, TimeSpan.Zero)), (claim.Timestamp, claim.Time));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Bad Date")]
    [InlineData("Sun, 22 Nov 2026 20:40:00 +0100")]
    public void FromHeaders_NoUsableDate_Refused(string date) =>
        Assert.Equal("AccessDenied", Assert.Throws<S3Exception>(() => SignatureClaim.FromHeaders(Signed(date))).Error.Code);

    [Fact]
    public async Task Authenticate_BothWays_Refused()
    {
        var presigned = fixture.Raw.Presign("GET", "/movies?list-type=2");
        var response = await fixture.Raw.SendAsync(new RawRequest("GET", presigned));
        Assert.Equal((400, "InvalidArgument"), (response.Status, response.Code));
    }

    [Fact]
    public async Task Authenticate_UnsignedAmzHeader_NamesIt()
    {
        var response = await fixture.Raw.SendAsync(Good with { ExtraHeaders = [("x-amz-meta-a", "1")] });
        Assert.Equal("x-amz-meta-a", response.Value("HeadersNotSigned"));
    }

    [Fact]
    public async Task Error_AnyRequest_CarriesItsIdAndNoSecret()
    {
        var response = await fixture.Raw.SendAsync(Good with { Secret = "another-secret" });
        Assert.Equal(response.Header("x-amz-request-id"), response.Value("RequestId"));
        Assert.DoesNotContain(fixture.Host.SecretKey, response.Text, StringComparison.Ordinal);
        Assert.Equal("application/xml", response.Header("Content-Type"));
    }

    [Fact]
    public async Task Health_Anonymous_Ok()
    {
        var response = await fixture.Raw.SendAsync(new RawRequest("GET", "/_health") { Anonymous = true });
        Assert.Equal((200, "ok"), (response.Status, response.Text));
    }

    private static HeaderDictionary Signed(string date) => new()
    {
        ["Authorization"] = $"AWS4-HMAC-SHA256 Credential=a/20261122/us-east-1/s3/aws4_request, SignedHeaders=date;host, Signature={new string('0', 64)}",
        ["Date"] = date,
    };
}
