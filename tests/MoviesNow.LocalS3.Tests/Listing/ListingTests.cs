using Amazon.S3.Model;
using MoviesNow.LocalS3.Listing;
using MoviesNow.LocalS3.Storage;
using MoviesNow.LocalS3.Tests.Objects;
using MoviesNow.LocalS3.Tests.Support;

namespace MoviesNow.LocalS3.Tests.Listing;

public class ListingTests(S3Fixture fixture) : IClassFixture<S3Fixture>
{
    /// <summary>Few letters, so that prefixes and delimiters collide often; surrogates and U+FFFF test the order.</summary>
    private static readonly string[] Letters = ["a", "b", "/", "-", "//", "\uFFFF", "\U0001F3AC", "\U0010FFFF"];

    [Fact]
    public void Page_RandomKeys_EqualsTheNaiveListing()
    {
        var random = new Random(7);
        for (var turn = 0; turn < 400; turn++)
        {
            var keys = Enumerable.Range(0, random.Next(0, 40)).Select(_ => Word(random, 1, 6)).Distinct().ToList();
            var (prefix, delimiter) = (random.Next(2) == 0 ? "" : Word(random, 1, 2), random.Next(3) == 0 ? "" : Letters[random.Next(Letters.Length)]);
            var index = new KeyIndex();
            index.Load(keys.Select(ObjectEntry.Probe));

            var expected = Naive(keys, prefix, delimiter);
            Assert.Equal(expected, AllPages(index, prefix, delimiter, random.Next(1, 5)));
            var after = Word(random, 0, 4);
            Assert.Equal(
                expected.Where(name => KeyTests.Utf8Bytes.Compare(name, after) > 0),
                Names(ObjectListing.Page(index, prefix, delimiter, after, 1000)).Order(KeyTests.Utf8Bytes));
        }
    }

    [Fact]
    public void Compare_AnyStrings_AsUtf8Bytes()
    {
        var random = new Random(8);
        for (var turn = 0; turn < 5000; turn++)
        {
            var (x, y) = (Word(random, 0, 4), Word(random, 0, 4));
            Assert.Equal(Math.Sign(KeyTests.Utf8Bytes.Compare(x, y)), Math.Sign(Utf8KeyComparer.Instance.Compare(x, y)));
        }
    }

    [Theory]
    [InlineData("%0D", "\r")]
    [InlineData("%0A", "\n")]
    [InlineData("%0D%0A", "\r\n")]
    [InlineData("%09", "\t")]
    public async Task List_LineBreakInANameWithoutEncoding_IsTheOneThatWasSent(string encoded, string character)
    {
        var folder = Guid.NewGuid();
        await fixture.Raw.SendAsync("PUT", $"/movies/{folder}/{encoded}x", [1]);
        foreach (var version in new[] { "", "&list-type=2" })
        {
            var query = $"prefix={folder}%2F{encoded}{version}";
            var listed = await fixture.Raw.SendAsync("GET", $"/movies?{query}");
            Assert.Equal(($"{folder}/{character}", $"{folder}/{character}x"), (listed.Value("Prefix"), listed.Value("Key")));
            Assert.Equal($"{folder}/{encoded}x", (await fixture.Raw.SendAsync("GET", $"/movies?encoding-type=url&{query}")).Value("Key"));
        }
    }

    [Fact]
    public async Task ListV2_ThroughTheSdk_PagesAndPrefixes()
    {
        foreach (var key in new[] { "l/1", "l/2", "l/3", "l/s/1", "l/s/2", "l/z" })
            await fixture.Raw.SendAsync("PUT", "/movies/" + key, [1]);
        var (keys, prefixes) = (new List<string>(), new List<string>());
        var request = new ListObjectsV2Request { BucketName = "movies", Prefix = "l/", Delimiter = "/", MaxKeys = 2 };
        ListObjectsV2Response page;
        do
        {
            page = await fixture.S3.ListObjectsV2Async(request);
            keys.AddRange(page.S3Objects?.Select(o => o.Key) ?? []);
            prefixes.AddRange(page.CommonPrefixes ?? []);
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true);

        Assert.Equal(["l/1", "l/2", "l/3", "l/z"], keys);
        Assert.Equal(["l/s/"], prefixes);
        Assert.Equal(["l/z"], (await fixture.S3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "movies", Prefix = "l/", StartAfter = "l/s/2" })).S3Objects.Select(o => o.Key));
    }

    [Fact]
    public async Task ListV1_Marker_ContinuesAfterIt()
    {
        foreach (var key in new[] { "v1/a", "v1/b/1", "v1/c" })
            await fixture.Raw.SendAsync("PUT", "/movies/" + key, [1]);
        var first = await fixture.Raw.SendAsync("GET", "/movies?prefix=v1/&delimiter=/&max-keys=2");
        Assert.Equal(("true", "v1/b/"), (first.Value("IsTruncated"), first.Value("NextMarker")));
        var second = await fixture.Raw.SendAsync("GET", "/movies?prefix=v1/&delimiter=/&marker=v1/b/");
        Assert.Equal(["v1/c"], second.Values("Key"));
        Assert.Equal(["v1/a", "v1/b/1", "v1/c"], (await fixture.Raw.SendAsync("GET", "/movies?versions&prefix=v1/")).Values("Key"));
    }

    [Theory]
    [InlineData("list-type=1", 400)]
    [InlineData("list-type=2&max-keys=-1", 400)]
    [InlineData("list-type=2&max-keys=x", 400)]
    [InlineData("list-type=2&encoding-type=base64", 400)]
    [InlineData("list-type=2&continuation-token=!", 400)]
    [InlineData("list-type=2&continuation-token=", 200)]
    [InlineData("list-type=2&max-keys=0", 200)]
    [InlineData("list-type=2&max-keys=5000", 200)]
    public async Task List_Parameters_Checked(string query, int status)
    {
        var response = await fixture.Raw.SendAsync("GET", "/movies?" + query);
        Assert.Equal((status, status == 200 ? null : "InvalidArgument"), (response.Status, response.Code));
        if (query.Contains("max-keys", StringComparison.Ordinal) && status == 200)
            Assert.Equal(query.EndsWith("5000", StringComparison.Ordinal) ? "1000" : "0", response.Value("MaxKeys"));
    }

    private static List<string> AllPages(KeyIndex index, string prefix, string delimiter, int size)
    {
        var (names, after) = (new List<string>(), "");
        while (true)
        {
            var page = ObjectListing.Page(index, prefix, delimiter, after, size);
            Assert.True(page.Objects.Count + page.CommonPrefixes.Count <= size);
            names.AddRange(Names(page).Order(KeyTests.Utf8Bytes));
            if (page.Next is null)
                return names;
            after = page.Next;
        }
    }

    private static IEnumerable<string> Names(ObjectListing page) => page.Objects.Select(o => o.Key).Concat(page.CommonPrefixes);

    private static List<string> Naive(List<string> keys, string prefix, string delimiter) => [.. keys
        .Where(key => key.StartsWith(prefix, StringComparison.Ordinal))
        .Select(key =>
        {
            var found = delimiter.Length == 0 ? -1 : key.IndexOf(delimiter, prefix.Length, StringComparison.Ordinal);
            return found < 0 ? key : key[..(found + delimiter.Length)];
        })
        .Distinct()
        .Order(KeyTests.Utf8Bytes)];

    private static string Word(Random random, int min, int max) =>
        string.Concat(Enumerable.Range(0, random.Next(min, max + 1)).Select(_ => Letters[random.Next(Letters.Length)]));
}
