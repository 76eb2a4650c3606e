using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Tests.Import;

public sealed class JsonLinesImportTests(OwnCatalog catalog) : IClassFixture<OwnCatalog>
{
    private const string SeriesId = "0198c0de-7a5b-7c3d-8e9f-000000000001";
    private const string SeasonId = "0198c0de-7a5b-7c3d-8e9f-000000000002";
    private const string EpisodeId = "0198c0de-7a5b-7c3d-8e9f-000000000003";

    private const string Series = $$$"""
        {"title":{"id":"{{{SeriesId}}}","kind":"TITLE_KIND_SERIES","name":"Dark Rivers","sortName":"Rivers, Dark","originalName":"Dunkle Flüsse","synopsis":"One.\nTwo.","originalLanguage":"de-DE","releaseYear":2020,"endYear":2022,"state":"TITLE_STATE_PUBLISHED","availability":{"from":"2020-01-02T03:04:05.678901Z","countryRule":"COUNTRY_RULE_INCLUDE","countries":["DE","AT"]},"genres":["drama","crime"],"contentRatings":[{"country":"DE","rating":"16"}],"durationMs":"2700000","externalIds":[{"scheme":"EXTERNAL_ID_SCHEME_IMDB","value":"tt0903747"}],"isAdult":true}}
        {"season":{"id":"{{{SeasonId}}}","titleId":"{{{SeriesId}}}","number":1,"name":"One","synopsis":"First."}}
        {"episode":{"id":"{{{EpisodeId}}}","seasonId":"{{{SeasonId}}}","number":1,"name":"Pilot","synopsis":"It begins.","durationMs":"2800000","airDate":"2020-05-01","externalIds":[{"scheme":"EXTERNAL_ID_SCHEME_IMDB","value":"tt0959621"}]}}

        """;

    [Fact]
    public async Task Import_RecordsOfTheContract_MakesThemWithTheirIdsAndState()
    {
        var (replica, _, _) = await catalog.CreateAsync();

        var import = await replica.Admin.ImportAsync(ImportFormat.JsonLines, Series);

        Assert.Equal((3, 0, 0, 0, 0), import.Counts());
        var title = (await replica.Admin.Titles.GetTitleAsync(new() { TitleId = SeriesId })).Title;
        Assert.Equal((TitleState.Published, "Rivers, Dark", "One.\nTwo.", true), (title.State, title.SortName, title.Synopsis, title.IsAdult));
        Assert.Equal(678_901_000, title.Availability.From.Nanos);
        var episode = (await replica.Admin.Seasons.GetEpisodeAsync(new() { EpisodeId = EpisodeId })).Episode;
        Assert.Equal((SeriesId, SeasonId, "Pilot", "2020-05-01"), (episode.TitleId, episode.SeasonId, episode.Name, episode.AirDate));
        Assert.Equal((0, 0, 3, 0, 0), (await replica.Admin.ImportAsync(ImportFormat.JsonLines, Series)).Counts());
    }

    [Fact]
    public async Task Import_OtherValues_ReplacesAllButWhatIsNotSaid()
    {
        var (replica, _, _) = await catalog.CreateAsync();
        await replica.Admin.ImportAsync(ImportFormat.JsonLines, Series);

        var import = await replica.Admin.ImportAsync(ImportFormat.JsonLines, $$$"""
            {"title":{"id":"{{{SeriesId}}}","kind":"TITLE_KIND_SERIES","name":"Dark River","externalIds":[{"scheme":"EXTERNAL_ID_SCHEME_TMDB","value":"tv/1"}]}}
            {"title":{"kind":"TITLE_KIND_SERIES","name":"Another","externalIds":[{"scheme":"EXTERNAL_ID_SCHEME_IMDB","value":"tt0903747"}]}}
            {"season":{"id":"{{{SeasonId}}}","titleId":"{{{SeriesId}}}","number":1,"name":"I"}}
            {"episode":{"id":"{{{EpisodeId}}}","seasonId":"{{{SeasonId}}}","number":1,"name":"The pilot"}}

            """);

        Assert.Equal((1, 3, 0, 0, 0), import.Counts());
        var title = (await replica.Admin.Titles.GetTitleAsync(new() { TitleId = SeriesId })).Title;
        Assert.Equal(("Dark River", "", "", 0, 0, TitleState.Published, "2"), (title.Name, title.SortName, title.Synopsis, title.EndYear, title.Genres.Count, title.State, title.Etag));
        Assert.Equal("tv/1", Assert.Single(title.ExternalIds).Value);
        var other = (await OwnCatalog.TitlesAsync(replica)).Single(other => other.Name == "Another");
        Assert.Equal((TitleState.Draft, "tt0903747"), (other.State, other.ExternalIds.Single().Value));
        var episode = (await replica.Admin.Seasons.GetEpisodeAsync(new() { EpisodeId = EpisodeId })).Episode;
        Assert.Equal(("The pilot", "", "", 0L, 0, "2"), (episode.Name, episode.Synopsis, episode.AirDate, episode.DurationMs, episode.ExternalIds.Count, episode.Etag));
    }

    [Fact]
    public async Task Import_RowsKnownUnderOtherIds_AreFoundByExternalIdsAndNumbers()
    {
        var (replica, _, _) = await catalog.CreateAsync();
        await replica.Admin.ImportAsync(ImportFormat.JsonLines, Series);
        var other = Series.Replace("-0000000000", "-1111111111", StringComparison.Ordinal).Replace("Dark Rivers", "Darker Rivers", StringComparison.Ordinal);

        // The parents in one call, the episode in the next: what their ids stand for is kept.
        var lines = other.Split('\n');
        var header = ImportCalls.Header(ImportFormat.JsonLines);
        var first = await replica.Admin.ImportAsync(header, $"{lines[0]}\n{lines[1]}\n");
        header.StartByte = first.CommittedBytes;
        var import = await replica.Admin.ImportAsync(header, lines[2]);

        Assert.Equal((0, 1, 2, 0, 0), import.Counts());
        Assert.Equal(SeriesId, Assert.Single(await OwnCatalog.TitlesAsync(replica)).Id);
    }

    [Theory]
    [InlineData("not json", "")]
    [InlineData("{}", "")]
    [InlineData("""{"title":{"kind":"TITLE_KIND_MOVIE","name":"A"}}""", "title.id")]
    [InlineData("""{"title":{"id":"1","kind":"TITLE_KIND_MOVIE","name":"A"}}""", "title.id")]
    [InlineData("""{"title":{"id":"0198c0de-7a5b-7c3d-8e9f-0000000000ff","name":"A"}}""", "title.kind")]
    [InlineData("""{"title":{"id":"0198c0de-7a5b-7c3d-8e9f-0000000000ff","kind":"TITLE_KIND_MOVIE"}}""", "title.name")]
    [InlineData("""{"title":{"id":"0198c0de-7a5b-7c3d-8e9f-0000000000ff","kind":"TITLE_KIND_MOVIE","name":"A","colour":"red"}}""", "")]
    [InlineData("""{"title":{"id":"0198c0de-7a5b-7c3d-8e9f-0000000000ff","kind":"TITLE_KIND_MOVIE","name":"A","endYear":2000}}""", "title.end_year")]
    [InlineData("""{"title":{"id":"0198c0de-7a5b-7c3d-8e9f-0000000000ff","kind":"TITLE_KIND_MOVIE","name":"A","releaseYear":3000,"originalLanguage":"?"}}""", "title.original_language,title.release_year")]
    [InlineData("""{"title":{"id":"0198c0de-7a5b-7c3d-8e9f-0000000000ff","kind":"TITLE_KIND_MOVIE","name":"A","durationMs":"99999999999999999999"}}""", "")]
    [InlineData("""{"title":{"id":"0198c0de-7a5b-7c3d-8e9f-0000000000ff","kind":"TITLE_KIND_MOVIE","name":"A","externalIds":[{"scheme":"EXTERNAL_ID_SCHEME_IMDB","value":"tt0903747"}]}}""", "external_ids|kind")]
    [InlineData("""{"season":{"titleId":"0198c0de-7a5b-7c3d-8e9f-0000000000ff","number":1}}""", "season.title_id")]
    [InlineData($$$"""{"season":{"titleId":"{{{SeriesId}}}","number":10000}}""", "season.number")]
    [InlineData($$$"""{"season":{"id":"{{{SeasonId}}}","titleId":"{{{SeriesId}}}","number":2}}""", "season.number")]
    [InlineData("""{"episode":{"seasonId":"0198c0de-7a5b-7c3d-8e9f-0000000000ff","number":1,"name":"A"}}""", "episode.season_id")]
    [InlineData($$$"""{"episode":{"seasonId":"{{{SeasonId}}}","number":1}}""", "episode.name")]
    [InlineData($$$"""{"episode":{"id":"{{{EpisodeId}}}","seasonId":"{{{SeasonId}}}","number":2,"name":"A"}}""", "episode.number")]
    [InlineData($$$"""{"episode":{"seasonId":"{{{SeasonId}}}","number":2,"name":"A","externalIds":[{"scheme":"EXTERNAL_ID_SCHEME_IMDB","value":"tt0903747"}]}}""", "episode.external_ids")]
    public async Task Import_BadLine_IsRejectedWithItsFields(string line, string fields)
    {
        var (replica, _, _) = await catalog.CreateAsync();
        await replica.Admin.ImportAsync(ImportFormat.JsonLines, Series);

        var import = await replica.Admin.ImportAsync(ImportFormat.JsonLines, $"{line}\n{Series}");

        Assert.Equal((0, 0, 3, 0, 1), import.Counts());
        var rejection = Assert.Single(await replica.Admin.RejectionsAsync(import.Id));
        Assert.Equal(1, rejection.Line);
        Assert.Contains(string.Join(',', rejection.Violations.Select(violation => violation.Field)), fields.Split('|'));
    }

    [Fact]
    public async Task Export_Imported_IsTheSameFile()
    {
        var (replica, _, _) = await catalog.CreateAsync();
        await replica.Admin.ImportAsync(ImportFormat.JsonLines, Series);
        await replica.Admin.ImportAsync(ImportFormat.ImdbTitleBasics, ImdbImportTests.BasicsHeading + string.Concat(Enumerable.Range(1, 1_200).Select(i =>
            $"tt{i:D7}\t{(i % 3 == 0 ? "tvSeries" : "movie")}\tÉté {i}\tSummer {i}\t0\t2000\t\\N\t90\tDrama,Sci-Fi\n")));
        await replica.Admin.ImportAsync(ImportFormat.ImdbTitleBasics, ImdbImportTests.BasicsHeading + "tt8000001\ttvEpisode\tOne\tOne\t0\t2000\t\\N\t30\tDrama\ntt8000002\ttvEpisode\tTwo\tTwo\t0\t2000\t\\N\t30\tDrama\n");
        await replica.Admin.ImportAsync(ImportFormat.ImdbTitleEpisode, ImdbImportTests.EpisodeHeading + "tt8000001\ttt0000003\t2\t1\ntt8000002\ttt0000003\t1\t7\n");
        var empty = (await catalog.CreateAsync()).Replica;

        var file = await replica.Admin.ExportAsync();
        var import = await empty.Admin.ImportAsync(ImportFormat.JsonLines, file);

        Assert.Equal(Records(Series).Select(WithTitle), Records(file).Take(3));
        Assert.Equal((1_200 + 3 + 4, 0, 0, 0, 0), import.Counts());
        Assert.Equal(file, await empty.Admin.ExportAsync());
        Assert.Equal((0, 0, 1_207, 0, 0), (await replica.Admin.ImportAsync(ImportFormat.JsonLines, file)).Counts());
    }

    private static IEnumerable<CatalogRecord> Records(string file) =>
        file.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(CatalogRecord.Parser.ParseJson);

    private static CatalogRecord WithTitle(CatalogRecord record)
    {
        if (record.Episode is not null)
        {
            record.Episode.TitleId = SeriesId;
        }

        return record;
    }

    [Fact]
    public async Task Export_OfNothing_IsEmpty() => Assert.Equal("", await (await catalog.CreateAsync()).Replica.Admin.ExportAsync());
}
