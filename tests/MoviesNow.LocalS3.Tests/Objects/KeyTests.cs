using Amazon.S3.Model;
using MoviesNow.LocalS3.Tests.Support;

namespace MoviesNow.LocalS3.Tests.Objects;

public class KeyTests(S3Fixture fixture) : IClassFixture<S3Fixture>
{
    /// <summary>Keys that are awkward on a file system, in XML or in an address.</summary>
    private static readonly string[] Keys =
    [
        "a", "a/", "a/b", "a//b", "/a", "//", "a/b/", ".", "..", "../..", "../../../etc/passwd", "a/../b", "./a", "con", "nul", "a\\b", "C:\\x", "~", "-",
        "a b", "a+b", "a%2Fb", "a%b", "%", "?x", "#x", "a&b=c", "a=b", "<x>", "\"q\"", "'s'", "ü", "ﬀ", "\U0001F3AC", "\uE000", "日本", "a\tb", "a\u0001b", "a\nb", " lead", "trail ",
        new string('s', 300), new string('d', 200) + "/" + new string('e', 200), new string('k', 1024), string.Concat(Enumerable.Repeat("ü", 512)), "UPPER", "upper", "e\u0301", "é",
    ];

    [Fact]
    public async Task AnyKey_PutGetListDelete_VerbatimAndApart()
    {
        foreach (var key in Keys)
            Assert.Equal(200, (await fixture.Raw.SendAsync("PUT", Target(key), System.Text.Encoding.UTF8.GetBytes(key))).Status);

        foreach (var key in Keys)
            Assert.Equal(key, (await fixture.Raw.SendAsync("GET", Target(key))).Text);
        var listed = (await fixture.Raw.SendAsync("GET", "/movies?list-type=2&encoding-type=url")).Values("Key").Select(Uri.UnescapeDataString).ToList();
        Assert.Equal(Keys.OrderBy(k => k, Utf8Bytes).ToList(), listed);
        Assert.Empty(Directory.EnumerateFiles(Path.GetDirectoryName(fixture.Host.DataDirectory)!, "passwd", SearchOption.TopDirectoryOnly));

        await fixture.Host.RestartAsync();
        foreach (var key in Keys)
        {
            Assert.Equal(key, (await fixture.Raw.SendAsync("GET", Target(key))).Text);
            Assert.Equal(204, (await fixture.Raw.SendAsync("DELETE", Target(key))).Status);
        }

        Assert.Empty((await fixture.S3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "movies" })).S3Objects ?? []);
    }

    [Fact]
    public async Task Put_KeyOver1024Bytes_Refused()
    {
        Assert.Equal("KeyTooLongError", (await fixture.Raw.SendAsync("PUT", Target(new string('k', 1025)), [1])).Code);
        Assert.Equal("KeyTooLongError", (await fixture.Raw.SendAsync("PUT", Target(string.Concat(Enumerable.Repeat("ü", 513))), [1])).Code);
    }

    internal static readonly IComparer<string> Utf8Bytes = Comparer<string>.Create((x, y) =>
        System.Text.Encoding.UTF8.GetBytes(x).AsSpan().SequenceCompareTo(System.Text.Encoding.UTF8.GetBytes(y)));

    private static string Target(string key) => "/movies/" + LocalS3.Http.UriCodec.Encode(key, keepSlash: true);
}
