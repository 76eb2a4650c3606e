using MoviesNow.LocalS3.Tests.Support;

namespace MoviesNow.LocalS3.Tests.Objects;

public class ObjectHeaderTests(S3Fixture fixture) : IClassFixture<S3Fixture>
{
    private static readonly byte[] Content = Bytes.Random(1000);

    [Theory]
    [InlineData("x-amz-meta-a", "\u0004w")]
    [InlineData("x-amz-meta-a", "h\u0004")]
    [InlineData("x-amz-meta-a", "h\u007Fw")]
    [InlineData("cache-control", "no\u0001ne")]
    public async Task Put_ControlCharacterInHeader_Refused(string name, string value)
    {
        var put = await fixture.Raw.SendAsync("PUT", "/movies/control", Content, (name, value));
        Assert.Equal((400, "InvalidArgument"), (put.Status, put.Code));
        Assert.Equal(404, (await fixture.Raw.SendAsync("HEAD", "/movies/control")).Status);
    }

    [Fact]
    public async Task Get_OverrideWithControlCharacter_Refused()
    {
        await fixture.Raw.SendAsync("PUT", "/movies/override", Content);
        var got = await fixture.Raw.SendAsync("GET", "/movies/override?response-content-type=a%0Ab");
        Assert.Equal((400, "InvalidArgument", null), (got.Status, got.Code, got.Header("ETag")));
    }

    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("deflate, gzip", "deflate, gzip")]
    [InlineData("gzip, aws-chunked", "gzip")]
    [InlineData("aws-chunked,gzip", "gzip")]
    [InlineData("aws-chunked, aws-chunked", null)]
    public async Task Put_ContentEncoding_KeptWithoutFraming(string sent, string? kept)
    {
        await fixture.Raw.SendAsync("PUT", "/movies/encoded", Content, ("content-encoding", sent));
        Assert.Equal(kept, (await fixture.Raw.SendAsync("HEAD", "/movies/encoded")).Header("Content-Encoding"));
    }

    [Fact]
    public async Task Put_Tags_ListedByKey()
    {
        await fixture.Raw.SendAsync("PUT", "/movies/tagged", Content, ("x-amz-tagging", "foo=bar&bar"));
        Assert.Equal(["bar", "foo"], (await fixture.Raw.SendAsync("GET", "/movies/tagged?tagging")).Values("Key"));
    }
}
