using MoviesNow.LocalS3.Buckets;
using MoviesNow.LocalS3.Http;
using MoviesNow.LocalS3.Objects;

namespace MoviesNow.LocalS3.Tests.Objects;

public class PolicyTests
{
    private static readonly DateTimeOffset Modified = new(2026, 5, 1, 10, 0, 0, 500, TimeSpan.Zero);

    [Theory]
    [InlineData("bytes=0-9", 100, 0, 10)]
    [InlineData("bytes=0-0", 100, 0, 1)]
    [InlineData("bytes=90-", 100, 90, 10)]
    [InlineData("bytes=90-1000", 100, 90, 10)]
    [InlineData("bytes=-10", 100, 90, 10)]
    [InlineData("bytes=-1000", 100, 0, 100)]
    [InlineData("BYTES=1-2", 100, 1, 2)]
    public void TryParse_SingleRange_Selected(string header, long size, long offset, long length)
    {
        Assert.True(ByteRange.TryParse(header, size, out var range));
        Assert.Equal(new ByteRange(offset, length), range);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("bytes=")]
    [InlineData("bytes=-")]
    [InlineData("bytes=a-b")]
    [InlineData("bytes=5-1")]
    [InlineData("bytes=0-1,3-4")]
    [InlineData("items=0-1")]
    [InlineData("bytes=99999999999999999999-")]
    public void TryParse_NoOrUnusableRange_WholeObject(string? header)
    {
        Assert.True(ByteRange.TryParse(header, 100, out var range));
        Assert.Null(range);
    }

    [Theory]
    [InlineData("bytes=100-", 100)]
    [InlineData("bytes=100-200", 100)]
    [InlineData("bytes=-0", 100)]
    [InlineData("bytes=0-", 0)]
    [InlineData("bytes=-5", 0)]
    public void TryParse_NothingInRange_Unsatisfiable(string header, long size) => Assert.False(ByteRange.TryParse(header, size, out _));

    [Theory]
    [InlineData("\"abc\"", null, 0, 0, "Proceed")]
    [InlineData("abc", null, 0, 0, "Proceed")]
    [InlineData("*", null, 0, 0, "Proceed")]
    [InlineData("\"x\", \"abc\"", null, 0, 0, "Proceed")]
    [InlineData("\"x\"", null, 0, 0, "Failed")]
    [InlineData(null, "\"abc\"", 0, 0, "NotModified")]
    [InlineData(null, "*", 0, 0, "NotModified")]
    [InlineData(null, "\"x\"", 0, 0, "Proceed")]
    [InlineData(null, null, -1, 0, "Proceed")]
    [InlineData(null, null, 1, 0, "NotModified")]
    [InlineData(null, null, 0, 1, "Proceed")]
    [InlineData(null, null, 0, -1, "Failed")]
    [InlineData("\"abc\"", null, 0, -1, "Proceed")]
    [InlineData(null, "\"x\"", 1, 0, "Proceed")]
    [InlineData("\"x\"", "\"abc\"", 0, 0, "Failed")]
    public void Evaluate_Conditions_Verdict(string? match, string? noneMatch, int sinceHours, int unmodifiedHours, string verdict)
    {
        var conditions = new ReadConditions(
            match, noneMatch, sinceHours == 0 ? null : Modified.AddHours(sinceHours), unmodifiedHours == 0 ? null : Modified.AddHours(unmodifiedHours));
        Assert.Equal(verdict, conditions.Evaluate("abc", Modified).ToString());
    }

    [Fact]
    public void Evaluate_DateOfItsOwnLastModified_NotModified()
    {
        var sent = DateTimeOffset.Parse(Modified.ToString("r"));
        Assert.Equal(ReadVerdict.NotModified, new ReadConditions(null, null, sent, null).Evaluate("abc", Modified));
        Assert.Equal(ReadVerdict.Proceed, new ReadConditions(null, null, null, sent).Evaluate("abc", Modified));
    }

    [Theory]
    [InlineData("/", null, null)]
    [InlineData("/b", "b", null)]
    [InlineData("/b/", "b", null)]
    [InlineData("/b/k", "b", "k")]
    [InlineData("/b//k", "b", "/k")]
    [InlineData("/b/k/", "b", "k/")]
    [InlineData("/b/../../etc", "b", "../../etc")]
    [InlineData("/b/%2e%2e/x", "b", "../x")]
    [InlineData("/b/a%2Fb", "b", "a/b")]
    [InlineData("/b/a+b", "b", "a+b")]
    [InlineData("/b/a%20b%25", "b", "a b%")]
    [InlineData("/b/%F0%9F%8E%AC", "b", "\U0001F3AC")]
    [InlineData("http://x/b/k", "b", "k")]
    public void Parse_Target_BucketAndKey(string raw, string? bucket, string? key)
    {
        var target = S3Target.Parse(raw, "127.0.0.1", "s3.test")!;
        Assert.Equal((bucket, key), (target.Bucket, target.Key));
    }

    [Theory]
    [InlineData("movies.s3.test", "/a/b", "movies", "a/b")]
    [InlineData("MOVIES.s3.test", "/", "movies", null)]
    [InlineData("s3.test", "/a/b", "a", "b")]
    [InlineData("xs3.test", "/a/b", "a", "b")]
    public void Parse_VirtualHost_BucketFromHost(string host, string raw, string bucket, string? key)
    {
        var target = S3Target.Parse(raw, host, "s3.test")!;
        Assert.Equal((bucket, key), (target.Bucket, target.Key));
    }

    [Theory]
    [InlineData("abc", true)]
    [InlineData("a.b-c", true)]
    [InlineData("0ab", true)]
    [InlineData("ab", false)]
    [InlineData("Abc", false)]
    [InlineData("a_b", false)]
    [InlineData("a..b", false)]
    [InlineData("a.-b", false)]
    [InlineData("a-.b", false)]
    [InlineData("..a", false)]
    [InlineData("a/b", false)]
    [InlineData("-ab", false)]
    [InlineData("ab-", false)]
    [InlineData("192.168.0.1", false)]
    [InlineData("xn--abc", false)]
    public void IsValid_BucketName_Verdict(string name, bool valid) => Assert.Equal(valid, BucketName.IsValid(name));

    [Fact]
    public void IsValid_Length_3To63()
    {
        Assert.True(BucketName.IsValid(new string('a', 63)));
        Assert.False(BucketName.IsValid(new string('a', 64)));
    }
}
