using System.Text;
using MoviesNow.Catalog.Transfer;
using MoviesNow.Catalog.Transfer.Formats;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Tests.Import;

/// <summary>Files that nobody means well with: no line of them ends an import, and every line is counted once.</summary>
public sealed class HostileFileTests
{
    private const int Rounds = 3_000;

    private static readonly Dictionary<ImportFormat, string[]> Lines = new()
    {
        [ImportFormat.JsonLines] =
        [
            """{"title":{"kind":"TITLE_KIND_SERIES","name":"Dark","genres":["drama"],"availability":{"from":"2026-01-01T00:00:00Z"},"externalIds":[{"scheme":"EXTERNAL_ID_SCHEME_IMDB","value":"tt0903747"}]}}""",
            """{"season":{"titleId":"01890000-0000-7000-8000-000000000001","number":1,"name":"One"}}""",
            """{"episode":{"seasonId":"01890000-0000-7000-8000-000000000002","number":1,"name":"One","durationMs":"60000","airDate":"2026-03-14"}}""",
        ],
        [ImportFormat.ImdbTitleBasics] =
        [
            "tt0903747\ttvSeries\tBreaking Bad\tBreaking Bad\t0\t2008\t2013\t45\tCrime,Drama", "tt0959621\ttvEpisode\tPilot\tPilot\t0\t2008\t\\N\t58\tCrime",
        ],
        [ImportFormat.ImdbTitleEpisode] = ["tt0959621\ttt0903747\t1\t1"],
        [ImportFormat.TmdbJson] =
        [
            """{"id":603,"title":"The Matrix","release_date":"1999-03-31","runtime":136,"imdb_id":"tt0133093","genres":[{"id":28,"name":"Action"}],"adult":false}""",
            """{"id":1396,"name":"Breaking Bad","episode_run_time":[45],"genre_ids":[18],"last_air_date":"2013-09-29","status":"Ended","external_ids":{"imdb_id":"tt0903747"}}""",
        ],
    };

    private static readonly Dictionary<ImportFormat, string> Headings = new()
    {
        [ImportFormat.ImdbTitleBasics] = ImdbImportTests.BasicsHeading,
        [ImportFormat.ImdbTitleEpisode] = ImdbImportTests.EpisodeHeading,
    };

    private static readonly string[] Pieces =
    [
        "\\ud800", "\\udc00\\ud800", "\\u0000", "\0", "\r", "\uFEFF", "\u202E", "\t", "\"", "\\", "{", "}", "[", "]", ",", ":", "null", "-1", "1e400",
        "99999999999999999999", "0.5", "\\N", "😀", "\u0301", new string('[', 5_000), string.Concat(Enumerable.Repeat("{\"a\":", 2_000)), new string('\t', 300_000),
        "\"title\":", "\"name\":", "\"\\ud800\":1,", "true",
    ];

    public static TheoryData<ImportFormat> Formats => [.. Lines.Keys];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Read_LinesThatWereSpoiledInAnyWay_CountsEachOfThem(ImportFormat format)
    {
        var random = new Random(20_261_126);
        for (var round = 0; round < Rounds; round++)
        {
            var line = Spoil(random, Encoding.UTF8.GetBytes(Lines[format][random.Next(Lines[format].Length)]));
            byte[] file = [.. Encoding.UTF8.GetBytes(Headings.GetValueOrDefault(format, "")), .. line, (byte)'\n', .. Encoding.UTF8.GetBytes(Lines[format][0])];

            AssertCounted(format, file, line);
        }
    }

    [Theory]
    [InlineData(ImportFormat.JsonLines, "[[[")]
    [InlineData(ImportFormat.TmdbJson, """{"\ud800":1,"title":"x","id":1}""")]
    [InlineData(ImportFormat.TmdbJson, """{"title":"\ud800","id":1}""")]
    [InlineData(ImportFormat.JsonLines, """{"title":{"kind":"TITLE_KIND_MOVIE","name":"\ud800"}}""")]
    [InlineData(ImportFormat.JsonLines, """{"season":{"id":"01890000-0000-7000-8000-000000000001","titleId":"x","number":1e9}}""")]
    public void Read_LineThatIsNoText_IsRejected(ImportFormat format, string line)
    {
        var parsed = Assert.Single(Parse(format, Encoding.UTF8.GetBytes(line)));

        Assert.Single(parsed.Rejections);
        Assert.Empty(parsed.Records);
    }

    private static void AssertCounted(ImportFormat format, byte[] file, byte[] line)
    {
        try
        {
            var parsed = Parse(format, file);
            var text = Encoding.UTF8.GetString(file).TrimStart('\uFEFF').Split('\n').Count(one => one is not ("" or "\r"));
            var heading = Headings.ContainsKey(format) ? 1 : 0;
            Assert.Equal(text - heading, parsed.Sum(block => block.Records.Count + block.Rejections.Count + block.Skipped));
            Assert.All(parsed.SelectMany(block => block.Rejections), rejection => Assert.True(rejection.Violations.Length > 0 && rejection.Excerpt.Length <= 200));
        }
        catch (Exception exception) when (exception is not Xunit.Sdk.XunitException)
        {
            Assert.Fail($"{Encoding.UTF8.GetString(line)[..Math.Min(line.Length, 500)]} ends the import: {exception}");
        }
    }

    private static List<ParsedBlock> Parse(ImportFormat format, byte[] file)
    {
        var reader = RecordReaders.Of(format);
        var splitter = new LineSplitter(0, 0);
        var blocks = file.Chunk(65_536).SelectMany(piece => splitter.Append(piece)).ToList();
        if (splitter.Finish() is { } last)
        {
            blocks.Add(last);
        }

        return blocks.ConvertAll(reader.Read);
    }

    private static byte[] Spoil(Random random, byte[] line)
    {
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var at = random.Next(line.Length + 1);
            var end = Math.Min(line.Length, at + random.Next(1, 12));
            line = random.Next(4) switch
            {
                // A byte becomes another, a part goes, comes twice, or is something else.
                0 when at < line.Length => [.. line[..at], (byte)random.Next(256), .. line[(at + 1)..]],
                1 => [.. line[..at], .. line[end..]],
                2 => [.. line[..end], .. line[at..]],
                _ => [.. line[..at], .. Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]), .. line[at..]],
            };
        }

        return line;
    }
}
