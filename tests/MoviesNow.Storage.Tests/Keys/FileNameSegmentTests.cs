using FsCheck;
using FsCheck.Fluent;

namespace MoviesNow.Storage.Tests.Keys;

public sealed class FileNameSegmentTests
{
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(3_000);

    private static Arbitrary<string> Names() =>
        Gen.OneOf(
            ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => text.Get),
            Gen.Elements("..", ".", "/", "\\", "a", "é", "ß", "日", "\0", ".mp4", ".ZIP", "\ud800", "-", "_", " ", "0190a1b2-0000-7000-8000-000000000001", "😀", "%2e", new string('x', 113), new string('-', 60), new string('_', 59) + "y")
                .ListOf().Select(string.Concat)).ToArbitrary();

    [Theory]
    [InlineData("movie.mkv", "movie.mkv")]
    [InlineData("My Movie (2024).MKV", "My-Movie-2024.mkv")]
    [InlineData("C:\\fakepath\\poster.JPG", "poster.jpg")]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("Amélie.mp4", "Am-lie.mp4")]
    [InlineData("日本.mp4", "file.mp4")]
    [InlineData("...", "file")]
    [InlineData("..", "file")]
    [InlineData("", "file")]
    [InlineData(null, "file")]
    [InlineData(".htaccess", "file.htaccess")]
    [InlineData("archive.tar.gz", "archive.tar.gz")]
    [InlineData("a.b/", "a.b")]
    [InlineData("x.not an extension", "x.not-an-extension")]
    public void Sanitize_UserName_KeepsWhatIsSensible(string? name, string expected) =>
        Assert.Equal(expected, FileNameSegment.Sanitize(name).Value);

    [Fact]
    public void Sanitize_AnyName_IsASegmentOfAKeyAndStays() =>
        Prop.ForAll(Names(), name =>
        {
            var segment = FileNameSegment.Sanitize(name);
            return FileNameSegment.TryParse(segment.Value, out var parsed) && parsed == segment
                && StorageKey.TryParse(segment.Value, out var key) && key.Value == segment.Value && !segment.Value.Contains('/', StringComparison.Ordinal)
                && FileNameSegment.Sanitize(segment.Value) == segment;
        }).Check(Thorough);

    [Fact]
    public void Sanitize_LongName_IsCutButKeepsItsExtension()
    {
        var value = FileNameSegment.Sanitize(new string('x', 5_000) + ".subtitles").Value;
        Assert.Equal(FileNameSegment.MaxLength, value.Length);
        Assert.EndsWith(".subtitles", value, StringComparison.Ordinal);
    }

    [Fact]
    public void Unique_SameArguments_SameSegment_AndAnyOtherAnother() =>
        Prop.ForAll(Names(), name =>
        {
            var segment = FileNameSegment.Unique(name, "alice", "token-1");
            return segment == FileNameSegment.Unique(name, "alice", "token-1")
                && segment != FileNameSegment.Unique(name, "alice", "token-2")
                && segment != FileNameSegment.Unique(name, "bob", "token-1")
                && segment != FileNameSegment.Unique(name, "alicet", "oken-1")
                && segment != FileNameSegment.Unique(name + " ", "alice", "token-1")
                && FileNameSegment.TryParse(segment.Value, out _);
        }).Check(Thorough);

    [Fact]
    public void Unique_ShowsTheNameAndExtension() =>
        Assert.Matches("^movie-[0-9a-f]{24}\\.mkv$", FileNameSegment.Unique("Movie.mkv".ToLowerInvariant(), "alice", "t").Value);
}
