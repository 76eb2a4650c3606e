using MoviesNow.LocalS3.Tests.Support;

namespace MoviesNow.LocalS3.Tests.Objects;

public class IfRangeTests(S3Fixture fixture) : IClassFixture<S3Fixture>
{
    private static readonly byte[] Content = Bytes.Random(1000);

    [Theory]
    [InlineData("the ETag", 206)]
    [InlineData("the date", 206)]
    [InlineData("\"another\"", 200)]
    [InlineData("Thu, 01 Jan 1970 00:00:00 GMT", 200)]
    [InlineData("Fri, 31 Dec 2100 00:00:00 GMT", 200)]
    [InlineData("W/the ETag", 200)]
    [InlineData("neither", 200)]
    public async Task Get_RangeWithIfRange_IsWholeUnlessTheObjectIsTheSame(string condition, int status)
    {
        await fixture.Raw.SendAsync("PUT", "/movies/resumed", Content);
        var stored = await fixture.Raw.SendAsync("HEAD", "/movies/resumed");
        var value = condition.Replace("the ETag", stored.Header("ETag"), StringComparison.Ordinal).Replace("the date", stored.Header("Last-Modified"), StringComparison.Ordinal);
        var got = await fixture.Raw.SendAsync("GET", "/movies/resumed", null, ("range", "bytes=900-"), ("if-range", value));
        Assert.Equal((status, status == 206 ? 100 : 1000), (got.Status, got.Body.Length));
        Assert.Equal(status == 206, got.Header("Content-Range") is not null);
    }

    [Fact]
    public async Task Get_RangePastTheEndOfAnotherObject_IsTheWholeOne()
    {
        await fixture.Raw.SendAsync("PUT", "/movies/shrunk", Content);
        var got = await fixture.Raw.SendAsync("GET", "/movies/shrunk", null, ("range", "bytes=5000-"), ("if-range", "\"larger\""));
        Assert.Equal((200, 1000), (got.Status, got.Body.Length));
    }

    [Fact]
    public async Task Get_IfRangeAlone_IsIgnored()
    {
        await fixture.Raw.SendAsync("PUT", "/movies/plain", Content);
        Assert.Equal(200, (await fixture.Raw.SendAsync("GET", "/movies/plain", null, ("if-range", "\"another\""))).Status);
    }
}
