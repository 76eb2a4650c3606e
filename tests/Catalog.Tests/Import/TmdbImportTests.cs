using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Tests.Import;

public sealed class TmdbImportTests(OwnCatalog catalog) : IClassFixture<OwnCatalog>
{
    [Fact]
    public async Task Import_Details_MakeFilmsAndSeries()
    {
        var (replica, _, _) = await catalog.CreateAsync();

        var import = await replica.Admin.ImportAsync(ImportFormat.TmdbJson, """
            {"adult":false,"genres":[{"id":28,"name":"Action"},{"id":878,"name":"Science Fiction"}],"id":603,"imdb_id":"tt0133093","original_language":"en","original_title":"The Matrix","overview":"Set in the 22nd century.","release_date":"1999-03-31","runtime":136,"title":"The Matrix","popularity":1.5}
            {"id":1396,"name":"Breaking Bad","original_name":"Breaking Bad","original_language":"en","genre_ids":[18,10765],"first_air_date":"2008-01-20","last_air_date":"2013-09-29","status":"Ended","episode_run_time":[45,47],"external_ids":{"imdb_id":"tt0903747"}}
            {"adult":true,"id":2,"original_title":"Ariel","popularity":1,"video":false}
            {"id":3,"title":"重慶森林","original_title":"Chungking","original_language":"cn","release_date":"","runtime":0,"overview":null,"imdb_id":null}
            """);

        Assert.Equal((4, 0, 0, 0, 0), import.Counts());
        var titles = (await OwnCatalog.TitlesAsync(replica)).ToDictionary(title => title.ExternalIds.Single(id => id.Scheme is ExternalIdScheme.Tmdb).Value);
        var matrix = titles["movie/603"];
        Assert.Equal(
            (TitleKind.Movie, "The Matrix", "", "en", "Set in the 22nd century.", 1999, 8_160_000L),
            (matrix.Kind, matrix.Name, matrix.OriginalName, matrix.OriginalLanguage, matrix.Synopsis, matrix.ReleaseYear, matrix.DurationMs));
        Assert.Equal(["action", "sci-fi"], matrix.Genres);
        Assert.Equal("tt0133093", matrix.ExternalIds[0].Value);
        var series = titles["tv/1396"];
        Assert.Equal((TitleKind.Series, 2008, 2013, 2_700_000L, 2), (series.Kind, series.ReleaseYear, series.EndYear, series.DurationMs, series.ExternalIds.Count));
        Assert.Equal(["drama", "sci-fi", "fantasy"], series.Genres);
        Assert.Equal(("Ariel", true), (titles["movie/2"].Name, titles["movie/2"].IsAdult));
        Assert.Equal(("重慶森林", "Chungking", "yue", 0), (titles["movie/3"].Name, titles["movie/3"].OriginalName, titles["movie/3"].OriginalLanguage, titles["movie/3"].ReleaseYear));
    }

    [Fact]
    public async Task Import_TitleOfImdb_IsTheSameByItsImdbId()
    {
        var (replica, _, _) = await catalog.CreateAsync();
        await replica.Admin.ImportAsync(ImportFormat.ImdbTitleBasics, ImdbImportTests.BasicsHeading + "tt0133093\tmovie\tThe Matrix\tThe Matrix\t0\t1999\t\\N\t136\tAction,Sci-Fi\n");

        var import = await replica.Admin.ImportAsync(ImportFormat.TmdbJson, """{"id":603,"imdb_id":"tt0133093","title":"The Matrix","overview":"A hacker."}""");

        Assert.Equal((0, 1, 0, 0, 0), import.Counts());
        var title = Assert.Single(await OwnCatalog.TitlesAsync(replica));
        Assert.Equal(("A hacker.", 1999, "2"), (title.Synopsis, title.ReleaseYear, title.Etag));
        Assert.Equal(["tt0133093", "movie/603"], title.ExternalIds.Select(id => id.Value));
        var again = await replica.Admin.ImportAsync(ImportFormat.TmdbJson, """{"id":603,"title":"The Matrix"}""");
        Assert.Equal((0, 0, 1, 0, 0), again.Counts());
    }

    [Fact]
    public async Task Import_IdsOfTwoTitles_AreRejected()
    {
        var (replica, _, _) = await catalog.CreateAsync();
        await replica.Admin.ImportAsync(ImportFormat.TmdbJson, """
            {"id":1,"imdb_id":"tt0000001","title":"One"}
            {"id":2,"title":"Two"}
            """);

        var import = await replica.Admin.ImportAsync(ImportFormat.TmdbJson, """{"id":2,"imdb_id":"tt0000001","title":"Which"}""");

        Assert.Equal((0, 0, 0, 0, 1), import.Counts());
        Assert.Equal("external_ids", Assert.Single(await replica.Admin.RejectionsAsync(import.Id)).Violations.Single().Field);
        Assert.Equal(["One", "Two"], (await OwnCatalog.TitlesAsync(replica)).Select(title => title.Name));
    }

    [Theory]
    [InlineData("nonsense", "")]
    [InlineData("[1]", "")]
    [InlineData("""{"id":1}""", "title")]
    [InlineData("""{"id":1,"title":"A","name":"B"}""", "title")]
    [InlineData("""{"title":"A"}""", "id")]
    [InlineData("""{"id":0,"title":"A"}""", "id")]
    [InlineData("""{"id":"1","title":"A"}""", "id")]
    [InlineData("""{"id":1,"title":""}""", "title")]
    [InlineData("""{"id":1,"title":5}""", "title,title")]
    [InlineData("""{"id":1,"title":"A\nB"}""", "title")]
    [InlineData("""{"id":1,"title":"\ud800"}""", "title,title")]
    [InlineData("""{"id":1,"title":"A","runtime":1441}""", "runtime")]
    [InlineData("""{"id":1,"title":"A","runtime":-1}""", "runtime,runtime")]
    [InlineData("""{"id":1,"title":"A","release_date":"1999"}""", "release_date")]
    [InlineData("""{"id":1,"title":"A","original_language":"english!"}""", "original_language")]
    [InlineData("""{"id":1,"title":"A","genre_ids":[1]}""", "genre_ids")]
    [InlineData("""{"id":1,"title":"A","genres":"Drama"}""", "genres")]
    [InlineData("""{"id":1,"title":"A","adult":"no"}""", "adult")]
    [InlineData("""{"id":1,"title":"A","imdb_id":"603"}""", "imdb_id")]
    public async Task Import_BadLine_IsRejectedWithItsFields(string line, string fields)
    {
        var (replica, _, _) = await catalog.CreateAsync();

        var import = await replica.Admin.ImportAsync(ImportFormat.TmdbJson, line + "\n{\"id\":2,\"title\":\"Good\"}\n");

        Assert.Equal((1, 0, 0, 0, 1), import.Counts());
        var rejection = Assert.Single(await replica.Admin.RejectionsAsync(import.Id));
        Assert.Equal((1, fields), (rejection.Line, string.Join(',', rejection.Violations.Select(violation => violation.Field))));
    }
}
