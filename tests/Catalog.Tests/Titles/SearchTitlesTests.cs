using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Catalog.Tests.Titles;

[Collection(CatalogTestGroup.Name)]
public sealed class SearchTitlesTests(CatalogFixture catalog)
{
    // A word that no other test's names have, of letters that trigrams tell apart.
    private readonly string _word = "q" + Samples.NewId().ToString("N")[16..];

    private TitleService.TitleServiceClient Admin => catalog.One.Admin.Titles;

    private TitleService.TitleServiceClient Public => catalog.Two.Public.Titles;

    [Fact]
    public async Task SearchTitles_WithSeveralMatches_RanksWholeNamesThenBeginningsThenWords()
    {
        string[] names = [$"the {_word} returns", $"{_word} dreams", _word, $"returns of the {_word}s", _word[..^1], $"{_word} 2"];
        foreach (var name in names)
        {
            await catalog.One.TitleAsync(name: name);
        }

        Assert.Equal([_word, $"{_word} 2", $"{_word} dreams", $"returns of the {_word}s", $"the {_word} returns"], await NamesAsync(_word));
        Assert.Equal([$"returns of the {_word}s", $"the {_word} returns"], await NamesAsync($"{_word} return"));
    }

    [Fact]
    public async Task SearchTitles_WithATypingError_FindsWhatResemblesIt()
    {
        await catalog.One.TitleAsync(name: $"The {_word} returns");
        await catalog.One.TitleAsync(name: $"{_word[..^4]} elsewhere");

        Assert.Equal([$"The {_word} returns"], (await NamesAsync($"{_word[..6]}{_word[7..]} returns"))[..1]);
    }

    [Fact]
    public async Task SearchTitles_InPages_HasEveryTitleOnceInTheSameOrder()
    {
        for (var i = 0; i < 4; i++)
        {
            await catalog.One.TitleAsync(name: $"{_word} {i}");
            await catalog.One.TitleAsync(name: $"{i} {_word}");
        }

        var whole = await NamesAsync(_word);
        var request = new SearchTitlesRequest { Query = _word, PageSize = 3 };
        var pages = new List<string>();
        do
        {
            var page = await Admin.SearchTitlesAsync(request);
            pages.AddRange(page.Titles.Select(title => title.Name));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal(8, whole.Length);
        Assert.Equal(whole, pages);
    }

    [Fact]
    public async Task SearchTitles_OfOriginalAndSortNames_FindsThem()
    {
        var title = (await Admin.CreateTitleAsync(new()
        {
            Kind = TitleKind.Movie,
            Name = "The Spirits",
            OriginalName = $"Os Espíritos {_word}",
            SortName = $"Spirits, {_word}x",
        })).Title;

        Assert.Equal(title, Assert.Single((await Admin.SearchTitlesAsync(new() { Query = $"espíritos {_word}" })).Titles));
        Assert.Equal(title, Assert.Single((await Admin.SearchTitlesAsync(new() { Query = $"SPIRITS {_word}x" })).Titles));
    }

    [Fact]
    public async Task SearchTitles_WithPunctuation_CountsItForNothing()
    {
        var title = await catalog.One.TitleAsync(name: $"Spider-Man: {_word}!");
        foreach (var query in new[] { $"spider man {_word}", $"Spider-Man {_word}", $"“spider” man’{_word}", $"  {_word}...  " })
        {
            Assert.Equal(title.Id, Assert.Single((await Admin.SearchTitlesAsync(new() { Query = query })).Titles).Id);
        }

        await catalog.One.TitleAsync(name: $"100% {_word}");
        Assert.Equal($"100% {_word}", (await NamesAsync($"100% {_word}"))[0]);
    }

    [Theory]
    [InlineData("Οδυσσέας", "οδυσσεας")]
    [InlineData("İSTANBUL", "istanbul")]
    [InlineData("STRASSE", "straße")]
    [InlineData("Am\u00e9lie", "Ame\u0301lie")]
    [InlineData("हिन्दी", "हिन्दी")]
    [InlineData("Приключения", "приключ")]
    [InlineData("千と千尋の神隠し", "千と千尋")]
    public async Task SearchTitles_InOtherSpellings_FindsTheName(string name, string query)
    {
        var title = await catalog.One.TitleAsync(name: $"{name} {_word}");
        Assert.Equal(title.Id, (await Admin.SearchTitlesAsync(new() { Query = $"{query} {_word}" })).Titles.FirstOrDefault()?.Id);
    }

    [Fact]
    public async Task SearchTitles_WithFilters_HasWhatTheyName()
    {
        await CreateAsync("film", request => (request.Kind, request.ReleaseYear, request.OriginalLanguage) = (TitleKind.Movie, 1999, "pt-BR"));
        await CreateAsync("series", request => request.Genres.Add("sci-fi"));
        await CreateAsync("adult", request => request.IsAdult = true);
        await CreateAsync("far", request => request.Availability = new() { CountryRule = CountryRule.Include, Countries = { "JP" } });

        Assert.Equal("film", await FoundAsync(request => request.Kind = TitleKind.Movie));
        Assert.Equal("film", await FoundAsync(request => request.Language = "pt"));
        Assert.Equal("", await FoundAsync(request => request.Language = "pt-PT"));
        Assert.Equal("series", await FoundAsync(request => request.Genre = "sci-fi"));
        Assert.Equal("film", await FoundAsync(request => (request.ReleaseYearFrom, request.ReleaseYearTo) = (1999, 1999)));
        Assert.Equal("", await FoundAsync(request => request.ReleaseYearTo = 1998));
        Assert.Equal("film series", await FoundAsync(request => request.Country = "PL"));
        Assert.Equal("far film series", await FoundAsync(request => request.Country = "JP"));
        Assert.Equal("adult far film series", await FoundAsync(request => request.IncludeAdult = true));
        Assert.Equal("", await FoundAsync(request => request.State = TitleState.Published));

        async Task<string> FoundAsync(Action<SearchTitlesRequest> filter)
        {
            var request = new SearchTitlesRequest { Query = _word };
            filter(request);
            return string.Join(' ', (await Admin.SearchTitlesAsync(request)).Titles.Select(title => title.Name.Split(' ')[1]));
        }
    }

    [Fact]
    public async Task SearchTitles_AsThePublic_HasWhatIsPublishedAndAvailable()
    {
        await using var replica = catalog.BehindAProxy();
        await catalog.One.TitleAsync(name: $"{_word} draft");
        await catalog.One.TitleAsync(name: $"{_word} out", published: true);
        await PublishAsync("far", new() { CountryRule = CountryRule.Include, Countries = { "JP" } });
        await PublishAsync("not there", new() { CountryRule = CountryRule.Exclude, Countries = { "JP" } });

        Assert.Equal("out", await FoundAsync(replica.Public, claim: ""));
        Assert.Equal("far, out", await FoundAsync(replica.PublicFrom("JP"), claim: ""));
        Assert.Equal("not there, out", await FoundAsync(replica.PublicFrom("PL"), claim: ""));
        Assert.Equal("not there, out", await FoundAsync(replica.PublicFrom("PL"), claim: "JP"));
        Assert.Equal("out", await FoundAsync(replica.Public, claim: "JP"));
        Assert.Equal("out", await FoundAsync(catalog.One.PublicFrom("JP"), claim: ""));

        async Task PublishAsync(string name, Availability availability)
        {
            var title = await CreateAsync(name, request => request.Availability = availability);
            await Admin.PublishTitleAsync(new() { TitleId = title.Id });
        }

        async Task<string> FoundAsync(Clients clients, string claim) => string.Join(
            ", ", (await clients.Titles.SearchTitlesAsync(new() { Query = _word, Country = claim })).Titles.Select(title => title.Name[(_word.Length + 1)..]));
    }

    [Fact]
    public async Task SearchTitles_WithBadFields_NamesEachOfThem()
    {
        await RpcAssert.FailsOnFieldsAsync(["query"], async () => await Public.SearchTitlesAsync(new()));
        await RpcAssert.FailsOnFieldsAsync(["query"], async () => await Public.SearchTitlesAsync(new() { Query = "?!" }));
        var request = new SearchTitlesRequest
        {
            Query = new string('x', 201),
            PageSize = -1,
            Kind = (TitleKind)9,
            State = (TitleState)9,
            Country = "de",
            Genre = "Sci Fi",
            Language = "?",
            ReleaseYearFrom = 1869,
            ReleaseYearTo = 2201,
        };
        await RpcAssert.FailsOnFieldsAsync(
            ["query", "page_size", "kind", "state", "country", "genre", "language", "release_year_from", "release_year_to"],
            async () => await Public.SearchTitlesAsync(request));
        await RpcAssert.FailsOnFieldsAsync(
            ["release_year_to"], async () => await Public.SearchTitlesAsync(new() { Query = "x", ReleaseYearFrom = 2000, ReleaseYearTo = 1999 }));
        await RpcAssert.FailsAsync(ErrorReason.InvalidPageToken, async () => await Public.SearchTitlesAsync(new() { Query = "x", PageToken = "x" }));
    }

    private async Task<Title> CreateAsync(string name, Action<CreateTitleRequest> change)
    {
        var request = new CreateTitleRequest { Kind = TitleKind.Series, Name = $"{_word} {name}" };
        change(request);
        return (await Admin.CreateTitleAsync(request)).Title;
    }

    private async Task<string[]> NamesAsync(string query) =>
        [.. (await Admin.SearchTitlesAsync(new() { Query = query })).Titles.Select(title => title.Name)];
}
