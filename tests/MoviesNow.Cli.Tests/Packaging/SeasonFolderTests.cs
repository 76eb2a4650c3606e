using FsCheck;
using FsCheck.Fluent;
using MoviesNow.Cli.Packaging.Seasons;

namespace MoviesNow.Cli.Tests.Packaging;

public sealed class SeasonFolderTests
{
    private static readonly Gen<string> Words = Gen.Elements("Fog", "The Harbour", "Fjord 7", "2049", "Ninety.Nine", "x264", "1920x1080", "[1080p]", "S4");

    [Theory]
    [InlineData("Fog S01E02.mkv", 1, 2, "")]
    [InlineData("fog.s01.e02.1080p.x264.mkv", 1, 2, "")]
    [InlineData("S1E2 - A Light.mp4", 1, 2, "A Light")]
    [InlineData("Fog 1x02 - A Light (1920x1080).mkv", 1, 2, "A Light (1920x1080)")]
    [InlineData("S00E001.mov", 0, 1, "")]
    [InlineData("S01E02-1080p.mkv", 1, 2, "1080p")]
    [InlineData("Fog - 02.mkv", null, 2, "")]
    [InlineData("Fog - 02 - A Light.mkv", null, 2, "A Light")]
    [InlineData("Fog - 02 [1080p].mkv", null, 2, "")]
    [InlineData("Fog 1x02 S01E02.mkv", 1, 2, "")]
    public void Read_AName_TellsTheEpisode(string file, int? season, int number, string name) =>
        Assert.Equal(new EpisodeName(season, number, name), EpisodeName.Read(file, out _));

    [Theory]
    [InlineData("Fog.mkv", "does not tell")]
    [InlineData("Fog 1920x1080.mkv", "does not tell")]
    [InlineData("Fog - 2049.mkv", "does not tell")]
    [InlineData("S01E01E02.mkv", "several")]
    [InlineData("S01E01-E02.mkv", "several")]
    [InlineData("S01E01-02.mkv", "several")]
    [InlineData("1x01-1x02.mkv", "several")]
    [InlineData("Fog - 02 - 03.mkv", "several")]
    [InlineData("S01E02 S02E02.mkv", "several")]
    [InlineData("S01E99999999999.mkv", "too large")]
    public void Read_AnUnclearName_SaysWhy(string file, string expected)
    {
        Assert.Null(EpisodeName.Read(file, out var problem));
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AMarkedNumberAmongWords_IsFound() => Prop.ForAll(
        (from season in Gen.Choose(0, 99)
         from number in Gen.Choose(0, 999)
         from before in Words
         from after in Words
         from form in Gen.Elements("S{0:00}E{1:00}", "s{0}e{1}", "S{0:000} E{1:000}", "{0}x{1:00}")
         select (season, number, Name: $"{before} {string.Format(null, form, season, number)} {after}.mkv")).ToArbitrary(),
        one => EpisodeName.Read(one.Name, out _) is { } told && told.Season == one.season && told.Number == one.number).QuickCheckThrowOnFailure();

    [Fact]
    public void Read_AnyName_NeverFails() => Prop.ForAll<NonNull<string>>(
        name => (EpisodeName.Read(name.Get, out var problem) is null) == (problem is not null)).QuickCheckThrowOnFailure();

    [Fact]
    public void Of_AFolder_OrdersEpisodesAndFindsTheirSubtitles()
    {
        var folder = SeasonFolder.Of("/fog/Season 3", ["Fog - 10.mkv", "Fog - 02 - A Light.mkv", "Fog - 02 - A Light.no.srt", "Fog - 02 - A Light.nfo", ".Fog - 03.mkv"], season: null);

        Assert.Equal((3, "2 A Light,10 "), (folder.Season, string.Join(',', folder.Episodes.Select(one => $"{one.Number} {one.Name}"))));
        Assert.Equal(("no", "/fog/Season 3/Fog - 02 - A Light.no.srt"), folder.Episodes[0].Subtitles.Select(text => (text.Language, text.File)).Single());
        Assert.Equal([".Fog - 03.mkv", "Fog - 02 - A Light.nfo"], folder.Others);
    }

    [Theory]
    [InlineData("a S01E01.mkv|b S01E01.mp4", null, "'a S01E01.mkv' and 'b S01E01.mp4' are both episode 1")]
    [InlineData("a S01E01.mkv|b S02E02.mkv", null, "'a S01E01.mkv' is of season 1 and 'b S02E02.mkv' of season 2")]
    [InlineData("a S01E01.mkv", 2, "'a S01E01.mkv' is of season 1, and --season says 2")]
    [InlineData("a - 01.mkv", null, "--season")]
    [InlineData("a S01E01.mkv|trailer.mkv", null, "'trailer.mkv' does not tell")]
    [InlineData("words.txt", null, "has no films")]
    public void Of_AFolderThatIsUnclear_NamesTheFiles(string names, int? season, string expected)
    {
        var problem = Assert.Throws<CommandException>(() => SeasonFolder.Of("/films/fog", names.Split('|'), season));

        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
    }
}
