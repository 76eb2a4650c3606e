using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Catalog.Tests.Titles;

[Collection(CatalogTestGroup.Name)]
public sealed class TitleDetailsTests(CatalogFixture catalog)
{
    private TitleService.TitleServiceClient Admin => catalog.One.Admin.Titles;

    [Fact]
    public async Task CreateTitle_WithDetails_ReadsThemBackInOrder()
    {
        var request = Film();
        var imdb = NewImdb();
        request.OriginalName = "Matrix";
        request.SortName = "Matrix, The";
        request.Genres.Add(["sci-fi", "action"]);
        request.ContentRatings.Add([new ContentRating { Country = "US", Rating = "R" }, new ContentRating { Country = "DE", Rating = "16" }]);
        request.DurationMs = 8_160_000;
        request.IsAdult = true;
        request.ExternalIds.Add([Eidr("10.5240/EA73-79D7-1B2B-B378-3A73-M"), imdb]);

        var created = (await Admin.CreateTitleAsync(request)).Title;

        Assert.Equal(("Matrix", "Matrix, The", 8_160_000L, true), (created.OriginalName, created.SortName, created.DurationMs, created.IsAdult));
        Assert.Equal(["sci-fi", "action"], created.Genres);
        Assert.Equal(["DE 16", "US R"], created.ContentRatings.Select(rating => $"{rating.Country} {rating.Rating}"));
        Assert.Equal([ExternalIdScheme.Imdb, ExternalIdScheme.Eidr], created.ExternalIds.Select(id => id.Scheme));
        Assert.Equal(created, (await catalog.Two.Admin.Titles.GetTitleAsync(new() { TitleId = created.Id })).Title);
        await Admin.DeleteTitleAsync(new() { TitleId = created.Id });
    }

    public static TheoryData<Action<CreateTitleRequest>, string[]> BadDetails() => new()
    {
        { request => request.OriginalName = new string('x', 201), ["original_name"] },
        { request => request.SortName = new string('x', 201), ["sort_name"] },
        { request => request.Genres.Add("Drama"), ["genres[0]"] },
        { request => request.Genres.Add(["drama", "sci--fi", "-x", ""]), ["genres[1]", "genres[2]", "genres[3]"] },
        { request => request.Genres.Add(new string('x', 41)), ["genres[0]"] },
        { request => request.Genres.Add(["drama", "drama"]), ["genres"] },
        { request => request.Genres.Add(Enumerable.Range(0, 21).Select(i => $"genre{i}")), ["genres"] },
        { request => request.ContentRatings.Add(new ContentRating()), ["content_ratings[0].country", "content_ratings[0].rating"] },
        { request => request.ContentRatings.Add([Rating("US", "R"), Rating("US", "PG")]), ["content_ratings"] },
        { request => request.ContentRatings.Add(Rating("US", new string('x', 21))), ["content_ratings[0].rating"] },
        { request => request.DurationMs = -1, ["duration_ms"] },
        { request => request.DurationMs = 86_400_001, ["duration_ms"] },
        { request => request.EndYear = 2000, ["end_year"] },
        { request => (request.Kind, request.ReleaseYear, request.EndYear) = (TitleKind.Series, 2001, 2000), ["end_year"] },
        { request => (request.Kind, request.EndYear) = (TitleKind.Series, 2201), ["end_year"] },
        { request => request.ExternalIds.Add(new ExternalId()), ["external_ids[0].scheme"] },
        { request => request.ExternalIds.Add([Imdb("tt0000001"), Imdb("tt0000002")]), ["external_ids"] },
        { request => request.ExternalIds.Add(Imdb("tt000001")), ["external_ids[0].value"] },
        { request => request.ExternalIds.Add(Imdb("tt00000000001")), ["external_ids[0].value"] },
        { request => request.ExternalIds.Add(Imdb("tt0000001\n")), ["external_ids[0].value"] },
        { request => request.ExternalIds.Add(Tmdb("603")), ["external_ids[0].value"] },
        { request => request.ExternalIds.Add(Tmdb("movie/0603")), ["external_ids[0].value"] },
        { request => request.ExternalIds.Add(Tmdb("tv/603")), ["external_ids[0].value"] },
        { request => request.ExternalIds.Add(Eidr("10.5240/EA73-79D7-1B2B-B378-3A73-N")), ["external_ids[0].value"] },
        { request => request.ExternalIds.Add(Eidr("10.5240/ea73-79d7-1b2b-b378-3a73-m")), ["external_ids[0].value"] },
    };

    [Theory]
    [MemberData(nameof(BadDetails), DisableDiscoveryEnumeration = true)]
    public async Task CreateTitle_WithBadDetails_NamesEachOfThem(Action<CreateTitleRequest> spoil, string[] fields)
    {
        var request = Film();
        spoil(request);
        await RpcAssert.FailsOnFieldsAsync(fields, async () => await Admin.CreateTitleAsync(request));
    }

    public static TheoryData<Action<CreateTitleRequest>> GoodDetails() => new()
    {
        request => request.Genres.Add(Enumerable.Range(0, 20).Select(i => $"{new string('x', 37)}-{(char)('a' + i)}")),
        request => request.DurationMs = 86_400_000,
        request => (request.Kind, request.ReleaseYear, request.EndYear) = (TitleKind.Series, 2000, 2000),
        request => (request.Kind, request.EndYear) = (TitleKind.Series, 2200),
        request => request.ContentRatings.Add(Rating("US", new string('x', 20))),
    };

    [Theory]
    [MemberData(nameof(GoodDetails), DisableDiscoveryEnumeration = true)]
    public async Task CreateTitle_WithDetailsAtTheirLimits_IsCreated(Action<CreateTitleRequest> change)
    {
        var request = Film();
        change(request);
        Assert.NotEmpty((await Admin.CreateTitleAsync(request)).Title.Id);
    }

    [Fact]
    public async Task CreateTitle_WithAnExternalIdOfAnother_SaysWhichAndLeavesNothing()
    {
        var id = NewImdb();
        var request = Film();
        request.ExternalIds.Add(id);
        await Admin.CreateTitleAsync(request);
        request.Name = $"Second {id.Value}";

        var info = RpcErrors.InfoOf(await RpcAssert.FailsAsync(ErrorReason.ExternalIdExists, async () => await Admin.CreateTitleAsync(request)))!;

        Assert.Equal(("IMDB", id.Value), (info.Metadata["scheme"], info.Metadata["value"]));
        Assert.Empty((await Admin.ListTitlesAsync(new() { Query = request.Name })).Titles);
    }

    [Fact]
    public async Task CreateTitle_WithOneExternalIdOnReplicasAtOnce_LetsExactlyOneWin()
    {
        var request = Film();
        request.ExternalIds.Add(NewImdb());
        Replica[] replicas = [catalog.One, catalog.Two];

        var outcomes = await Race.OutcomesAsync(50, async i => await replicas[i % 2].Admin.Titles.CreateTitleAsync(request));

        Assert.Equal(1, outcomes.Count(outcome => outcome == "OK"));
        Assert.Equal(49, outcomes.Count(outcome => outcome == "EXTERNAL_ID_EXISTS"));
    }

    [Fact]
    public async Task UpdateTitle_OfExternalIds_ReplacesThemAndFreesTheOldOnes()
    {
        var (first, second, tmdb) = (NewImdb(), NewImdb(), Tmdb($"movie/{Random.Shared.Next(1, int.MaxValue)}"));
        var request = Film();
        request.ExternalIds.Add([first, tmdb]);
        var title = (await Admin.CreateTitleAsync(request)).Title;

        var updated = (await Admin.UpdateTitleAsync(new()
        {
            Title = new() { Id = title.Id, Etag = title.Etag, ExternalIds = { second } },
            UpdateMask = new() { Paths = { "external_ids" } },
        })).Title;

        Assert.Equal(second, Assert.Single(updated.ExternalIds));
        Assert.NotEmpty((await Admin.CreateTitleAsync(request)).Title.Id);
    }

    [Fact]
    public async Task UpdateTitle_OfOneField_IsCheckedAgainstTheOthers()
    {
        var request = Film();
        (request.Kind, request.ReleaseYear, request.EndYear) = (TitleKind.Series, 1999, 2003);
        var title = (await Admin.CreateTitleAsync(request)).Title;

        var later = new UpdateTitleRequest { Title = new() { Id = title.Id, Etag = title.Etag, ReleaseYear = 2004 }, UpdateMask = new() { Paths = { "release_year" } } };
        await RpcAssert.FailsOnFieldsAsync(["title.end_year"], async () => await Admin.UpdateTitleAsync(later));
        later.UpdateMask.Paths.Add("end_year");
        Assert.Equal(0, (await Admin.UpdateTitleAsync(later)).Title.EndYear);
    }

    [Fact]
    public async Task UpdateTitle_ByTwoAtOnce_LosesNeither()
    {
        var title = await catalog.One.TitleAsync();
        Replica[] replicas = [catalog.One, catalog.Two];

        var outcomes = await Race.OutcomesAsync(20, async i => await replicas[i % 2].Admin.Titles.UpdateTitleAsync(new()
        {
            Title = new() { Id = title.Id, Etag = title.Etag, Synopsis = $"Writer {i}", Genres = { $"genre{i}" } },
            UpdateMask = new() { Paths = { "synopsis", "genres" } },
        }));

        Assert.Equal(1, outcomes.Count(outcome => outcome == "OK"));
        Assert.Equal(19, outcomes.Count(outcome => outcome == "ETAG_MISMATCH"));
        var winner = Array.IndexOf(outcomes, "OK");
        var read = (await Admin.GetTitleAsync(new() { TitleId = title.Id })).Title;
        Assert.Equal(($"Writer {winner}", $"genre{winner}"), (read.Synopsis, Assert.Single(read.Genres)));
    }

    [Fact]
    public async Task GetTitle_AsThePublic_SeesWhatIsAvailableInTheCountryThatAProxyTells()
    {
        await using var replica = catalog.BehindAProxy();
        var request = Film();
        request.Availability = new() { CountryRule = CountryRule.Include, Countries = { "PL" } };
        var title = (await Admin.CreateTitleAsync(request)).Title;
        await Admin.PublishTitleAsync(new() { TitleId = title.Id });
        var claim = new GetTitleRequest { TitleId = title.Id, Country = "PL" };

        Assert.Equal(title.Id, (await replica.PublicFrom("PL").Titles.GetTitleAsync(new() { TitleId = title.Id, Country = "DE" })).Title.Id);
        foreach (var clients in new[] { replica.PublicFrom("DE"), replica.PublicFrom("XX"), replica.Public, catalog.Two.PublicFrom("PL") })
        {
            // Whatever the caller claims.
            await RpcAssert.FailsAsync(ErrorReason.TitleNotFound, async () => await clients.Titles.GetTitleAsync(claim));
        }

        await RpcAssert.FailsOnFieldsAsync(["country"], async () => await replica.Public.Titles.GetTitleAsync(new() { TitleId = title.Id, Country = "pl" }));
    }

    [Fact]
    public async Task GetTitle_ServiceOrAdminThatStatesACountry_SeesWhatThePublicSeesThere()
    {
        var request = Film();
        request.Availability = new() { CountryRule = CountryRule.Include, Countries = { "PL" } };
        var title = (await Admin.CreateTitleAsync(request)).Title;
        foreach (var reader in new[] { catalog.One.Service.Titles, Admin })
        {
            await RpcAssert.FailsAsync(ErrorReason.TitleNotFound, async () => await reader.GetTitleAsync(new() { TitleId = title.Id, Country = "PL" }));
            Assert.Equal(title.Id, (await reader.GetTitleAsync(new() { TitleId = title.Id })).Title.Id);
        }

        await Admin.PublishTitleAsync(new() { TitleId = title.Id });

        foreach (var reader in new[] { catalog.One.Service.Titles, Admin })
        {
            Assert.Equal(title.Id, (await reader.GetTitleAsync(new() { TitleId = title.Id, Country = "PL" })).Title.Id);
            await RpcAssert.FailsAsync(ErrorReason.TitleNotFound, async () => await reader.GetTitleAsync(new() { TitleId = title.Id, Country = "DE" }));
            await RpcAssert.FailsAsync(ErrorReason.TitleNotFound, async () => await reader.GetTitleAsync(new() { TitleId = title.Id, Country = "XX" }));
        }
    }

    private static CreateTitleRequest Film() => new() { Kind = TitleKind.Movie, Name = "The Matrix" };

    private static ExternalId NewImdb() => Imdb($"tt{Random.Shared.NextInt64(1_000_000, 10_000_000_000):D10}");

    private static ExternalId Imdb(string value) => new() { Scheme = ExternalIdScheme.Imdb, Value = value };

    private static ExternalId Tmdb(string value) => new() { Scheme = ExternalIdScheme.Tmdb, Value = value };

    private static ExternalId Eidr(string value) => new() { Scheme = ExternalIdScheme.Eidr, Value = value };

    private static ContentRating Rating(string country, string rating) => new() { Country = country, Rating = rating };
}
