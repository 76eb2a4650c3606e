using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Tests.Import;

public sealed class ImdbImportTests(OwnCatalog catalog) : IClassFixture<OwnCatalog>
{
    public const string BasicsHeading = "tconst\ttitleType\tprimaryTitle\toriginalTitle\tisAdult\tstartYear\tendYear\truntimeMinutes\tgenres\n";
    public const string EpisodeHeading = "tconst\tparentTconst\tseasonNumber\tepisodeNumber\n";

    private const string Basics = BasicsHeading + """
        tt0000001	short	Carmencita	Carmencita	0	1894	\N	1	Documentary,Short
        tt0133093	movie	The Matrix	The Matrix	0	1999	\N	136	Action,Sci-Fi
        tt0211915	movie	Amélie	Le fabuleux destin d'Amélie Poulain	0	2001	\N	122	Comedy,Romance
        tt0903747	tvSeries	Breaking Bad	Breaking Bad	0	2008	2013	45	Crime,Drama,Thriller
        tt0959621	tvEpisode	Pilot	Pilot	0	2008	\N	58	Crime,Drama,Thriller
        tt1054724	tvEpisode	"Cat's in the Bag..."	Cat's in the Bag...	0	2008	\N	48	Crime,Drama,Thriller
        tt0450345	movie	Adults "Only"	Adults "Only"	1	\N	\N	\N	\N
        tt0105643	videoGame	Some Game	Some Game	0	1992	\N	\N	Action

        """;

    private const string Episodes = EpisodeHeading + """
        tt0959621	tt0903747	1	1
        tt1054724	tt0903747	1	2
        tt9999991	tt0903747	1	3
        tt9999992	tt0903747	\N	\N
        tt9999993	tt7777777	1	1

        """;

    [Fact]
    public async Task Import_TitleBasics_MakesFilmsAndSeries()
    {
        var (replica, _, _) = await catalog.CreateAsync();

        var import = await replica.Admin.ImportAsync(ImportFormat.ImdbTitleBasics, Basics);

        Assert.Equal((7, 0, 0, 1, 0), import.Counts());
        Assert.Equal((ImportState.Completed, 9), (import.State, import.CommittedLines));
        var titles = (await OwnCatalog.TitlesAsync(replica)).ToDictionary(title => title.ExternalIds.Single().Value);
        Assert.Equal(["tt0000001", "tt0133093", "tt0211915", "tt0450345", "tt0903747"], titles.Keys.Order());
        var matrix = titles["tt0133093"];
        Assert.Equal(
            (TitleKind.Movie, "The Matrix", "", 1999, 0, 8_160_000L, false, TitleState.Draft),
            (matrix.Kind, matrix.Name, matrix.OriginalName, matrix.ReleaseYear, matrix.EndYear, matrix.DurationMs, matrix.IsAdult, matrix.State));
        Assert.Equal(["action", "sci-fi"], matrix.Genres);
        Assert.Equal("Le fabuleux destin d'Amélie Poulain", titles["tt0211915"].OriginalName);
        Assert.Equal((TitleKind.Series, 2008, 2013), (titles["tt0903747"].Kind, titles["tt0903747"].ReleaseYear, titles["tt0903747"].EndYear));
        var adult = titles["tt0450345"];
        Assert.Equal(("Adults \"Only\"", true, 0, 0L, 0), (adult.Name, adult.IsAdult, adult.ReleaseYear, adult.DurationMs, adult.Genres.Count));
        Assert.Equal("The Matrix", Assert.Single((await replica.Admin.Titles.SearchTitlesAsync(new() { Query = "matrix" })).Titles).Name);
    }

    [Fact]
    public async Task Import_TitleEpisode_PlacesEpisodesWithTheNamesOfTitleBasics()
    {
        var (replica, _, _) = await catalog.CreateAsync();
        await replica.Admin.ImportAsync(ImportFormat.ImdbTitleBasics, Basics);

        var import = await replica.Admin.ImportAsync(ImportFormat.ImdbTitleEpisode, Episodes);

        Assert.Equal((2, 0, 0, 0, 3), import.Counts());
        var series = (await OwnCatalog.TitlesAsync(replica)).Single(title => title.Kind is TitleKind.Series);
        var season = Assert.Single((await replica.Admin.Seasons.ListSeasonsAsync(new() { TitleId = series.Id })).Seasons);
        var episodes = (await replica.Admin.Seasons.ListEpisodesAsync(new() { SeasonId = season.Id })).Episodes;
        Assert.Equal(1, season.Number);
        Assert.Equal(
            [(1, "Pilot", 3_480_000L, "tt0959621"), (2, "\"Cat's in the Bag...\"", 2_880_000L, "tt1054724")],
            episodes.Select(episode => (episode.Number, episode.Name, episode.DurationMs, episode.ExternalIds.Single().Value)));
        var rejections = await replica.Admin.RejectionsAsync(import.Id, pageSize: 2);
        Assert.Equal([(4L, "tconst"), (5, "seasonNumber"), (6, "parentTconst")], rejections.Select(rejection => (rejection.Line, rejection.Violations[0].Field)));
        Assert.Equal(2, rejections[1].Violations.Count);
        Assert.Equal("tt9999991 tt0903747 1 3", rejections[0].Excerpt);
    }

    [Fact]
    public async Task Import_BothFilesAgain_ChangesNothing()
    {
        var (replica, _, _) = await catalog.CreateAsync();
        await replica.Admin.ImportAsync(ImportFormat.ImdbTitleBasics, Basics);
        await replica.Admin.ImportAsync(ImportFormat.ImdbTitleEpisode, Episodes);
        var before = await OwnCatalog.TitlesAsync(replica);

        var basics = await replica.Admin.ImportAsync(ImportFormat.ImdbTitleBasics, Basics);
        var episodes = await replica.Admin.ImportAsync(ImportFormat.ImdbTitleEpisode, Episodes);

        Assert.Equal(((0, 0, 7, 1, 0), (0, 0, 2, 0, 3)), (basics.Counts(), episodes.Counts()));
        Assert.Equal(before, await OwnCatalog.TitlesAsync(replica));
    }

    [Fact]
    public async Task Import_ChangedFile_ChangesWhatItSpeaksOfAndKeepsTheRest()
    {
        var (replica, _, _) = await catalog.CreateAsync();
        await replica.Admin.ImportAsync(ImportFormat.ImdbTitleBasics, Basics);
        var title = (await OwnCatalog.TitlesAsync(replica)).Single(title => title.Name == "The Matrix");
        var changed = title.Clone();
        (changed.Synopsis, changed.SortName, changed.OriginalLanguage) = ("A hacker learns.", "Matrix, The", "en");
        changed.ExternalIds.Add(new ExternalId { Scheme = ExternalIdScheme.Tmdb, Value = "movie/603" });
        title = (await replica.Admin.Titles.UpdateTitleAsync(new()
        {
            Title = changed,
            UpdateMask = new() { Paths = { "synopsis", "sort_name", "original_language", "external_ids" } },
        })).Title;

        var import = await replica.Admin.ImportAsync(
            ImportFormat.ImdbTitleBasics, BasicsHeading + "tt0133093\tmovie\tMatrix\tMatrix\t0\t\\N\t\\N\t137\tAction\n");

        Assert.Equal((0, 1, 0, 0, 0), import.Counts());
        var now = (await replica.Admin.Titles.GetTitleAsync(new() { TitleId = title.Id })).Title;
        Assert.Equal(("Matrix", 8_220_000L, 1999), (now.Name, now.DurationMs, now.ReleaseYear));
        Assert.Equal(["action"], now.Genres);
        Assert.Equal((title.Synopsis, title.SortName, "en", 2), (now.Synopsis, now.SortName, now.OriginalLanguage, now.ExternalIds.Count));
        Assert.Equal("3", now.Etag);
        Assert.Single((await replica.Admin.Titles.SearchTitlesAsync(new() { Query = "matrix, the" })).Titles);
    }

    [Theory]
    [InlineData("tt1\tmovie\tA\tA\t0\t1999\t\\N\t1\tDrama", "tconst")]
    [InlineData("tt0000002\tmovie\t\\N\tA\t0\t1999\t\\N\t1\tDrama", "primaryTitle")]
    [InlineData("tt0000002\tmovie\tA\u202eB\tA\t2\t1999\t\\N\t1\tDrama", "primaryTitle,isAdult")]
    [InlineData("tt0000002\tmovie\tA\tA\t0\t1869\t\\N\t1\tDrama", "startYear")]
    [InlineData("tt0000002\tmovie\tA\tA\t0\t99999999999\t\\N\t1\tDrama", "startYear")]
    [InlineData("tt0000002\tmovie\tA\tA\t0\t1999\t2000\t1\tDrama", "endYear")]
    [InlineData("tt0000002\ttvSeries\tA\tA\t0\t1999\t1998\t1\tDrama", "endYear")]
    [InlineData("tt0000002\tmovie\tA\tA\t0\t1999\t\\N\t1441\tDrama", "runtimeMinutes")]
    [InlineData("tt0000002\tmovie\tA\tA\t0\t1999\t\\N\t-1\tDrama", "runtimeMinutes")]
    [InlineData("tt0000002\topera\tA\tA\t0\t1999\t\\N\t1\tDrama", "titleType")]
    [InlineData("tt0000002\tmovie\tA\tA\t0\t1999\t\\N\t1", "")]
    [InlineData("tt0000002\tmovie\tA\rB\tA\t0\t1999\t\\N\t1\tDrama", "")]
    public async Task Import_BadRow_IsRejectedWithItsFields(string row, string fields)
    {
        var (replica, _, _) = await catalog.CreateAsync();

        var import = await replica.Admin.ImportAsync(
            ImportFormat.ImdbTitleBasics, $"{BasicsHeading}{row}\ntt0000003\tmovie\tGood\tGood\t0\t2000\t\\N\t1\tDrama\n");

        Assert.Equal((1, 0, 0, 0, 1), import.Counts());
        var rejection = Assert.Single(await replica.Admin.RejectionsAsync(import.Id));
        Assert.Equal((2, fields), (rejection.Line, string.Join(',', rejection.Violations.Select(violation => violation.Field))));
    }

    [Fact]
    public async Task Import_OneIdTwiceInABatch_TakesTheLast()
    {
        var (replica, _, _) = await catalog.CreateAsync();

        var import = await replica.Admin.ImportAsync(
            ImportFormat.ImdbTitleBasics,
            BasicsHeading + "tt0000003\tmovie\tFirst\tFirst\t0\t2000\t\\N\t1\tDrama\ntt0000003\tmovie\tSecond\tSecond\t0\t2000\t\\N\t1\tDrama\n"
                + "tt0000003\ttvSeries\tThird\tThird\t0\t2000\t\\N\t1\tDrama\n");

        Assert.Equal((1, 1, 0, 0, 1), import.Counts());
        var title = Assert.Single(await OwnCatalog.TitlesAsync(replica));
        Assert.Equal(("Second", "1"), (title.Name, title.Etag));
        Assert.Equal("kind", Assert.Single(await replica.Admin.RejectionsAsync(import.Id)).Violations.Single().Field);
    }
}
