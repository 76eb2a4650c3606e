using MoviesNow.Catalog.Shared;

namespace MoviesNow.Catalog.Tests.Rows;

public sealed class EtagTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(26)]
    [InlineData(long.MaxValue)]
    public void Version_OfAnEtagOfOurs_IsThatVersionQuotedOrNot(long version)
    {
        Assert.Equal(version, Etag.Version(Etag.Of(version)));
        Assert.Equal(version, Etag.Version($"\"{Etag.Of(version)}\""));
    }

    [Fact]
    public void Version_OfNone_IsAny() => Assert.Null(Etag.Version(""));

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"")]
    [InlineData(" 1")]
    [InlineData("-1")]
    [InlineData("zzz")]
    [InlineData("11111111111111111")]
    public void Version_OfAForeignEtag_IsThatOfNoRow(string etag) => Assert.Equal(0, Etag.Version(etag));
}
