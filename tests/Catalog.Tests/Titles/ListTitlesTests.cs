using Google.Protobuf.WellKnownTypes;
using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Requests;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Catalog.Tests.Titles;

[Collection(CatalogTestGroup.Name)]
public sealed class ListTitlesTests(CatalogFixture catalog)
{
    // Names of one test share a word that no other test's names have.
    private readonly string _word = $"W{Samples.NewId():N}";

    private TitleService.TitleServiceClient Admin => catalog.One.Admin.Titles;

    private TitleService.TitleServiceClient Public => catalog.Two.Public.Titles;

    [Fact]
    public async Task ListTitles_InPages_IsByNameWhateverCaseAndDiacriticsAndComplete()
    {
        foreach (var name in new[] { "beta", "Alpha", "ärger", "Gamma", "alpha", "Ärger" })
        {
            await catalog.One.TitleAsync(name: $"{name} {_word}");
        }

        var request = new ListTitlesRequest { Query = _word.ToUpperInvariant(), PageSize = 2 };
        var names = new List<string>();
        do
        {
            var page = await Admin.ListTitlesAsync(request);
            Assert.InRange(page.Titles.Count, 1, 2);
            names.AddRange(page.Titles.Select(title => SearchKey.Of(title.Name.Split(' ')[0])));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal("alpha alpha arger arger beta gamma", string.Join(' ', names));
    }

    [Theory]
    [InlineData("100%")]
    [InlineData("a_b")]
    [InlineData("back\\slash")]
    public async Task ListTitles_WithCharactersThatPatternsUse_TakesThemLiterally(string text)
    {
        var found = await catalog.One.TitleAsync(name: $"{_word} {text}");
        await catalog.One.TitleAsync(name: $"{_word} 1000 axb backslash");

        var titles = (await Admin.ListTitlesAsync(new() { Query = $"{_word} {text}" })).Titles;

        Assert.Equal(found, Assert.Single(titles));
    }

    [Fact]
    public async Task ListTitles_WithFilters_HasWhatTheyName()
    {
        var movie = await catalog.One.TitleAsync(TitleKind.Movie, _word);
        var series = await catalog.One.TitleAsync(TitleKind.Series, _word, published: true);

        Assert.Equal(movie.Id, Assert.Single((await Admin.ListTitlesAsync(new() { Query = _word, Kind = TitleKind.Movie })).Titles).Id);
        Assert.Equal(series.Id, Assert.Single((await Admin.ListTitlesAsync(new() { Query = _word, State = TitleState.Published })).Titles).Id);
        Assert.Empty((await Admin.ListTitlesAsync(new() { Query = _word, State = TitleState.Archived })).Titles);
        Assert.Equal(2, (await Admin.ListTitlesAsync(new() { Query = _word, PageSize = 1_000 })).Titles.Count);
    }

    [Theory]
    [InlineData(TitleState.Unspecified)]
    [InlineData(TitleState.Draft)]
    [InlineData(TitleState.Archived)]
    public async Task ListTitles_AsThePublic_HasPublishedOnesWhateverIsAsked(TitleState asked)
    {
        await catalog.One.TitleAsync(name: _word);
        var published = await catalog.One.TitleAsync(name: _word, published: true);

        var request = new ListTitlesRequest { Query = _word, State = asked };
        Assert.Equal(published.Id, Assert.Single((await Public.ListTitlesAsync(request)).Titles).Id);
        Assert.Equal(published.Id, Assert.Single((await catalog.One.As(Identity.AdminWithoutMfa).Titles.ListTitlesAsync(request)).Titles).Id);
    }

    [Fact]
    public async Task ListTitles_OfACountry_HasThoseAvailableThereNow()
    {
        var now = DateTimeOffset.UtcNow;
        await CreateAsync("everywhere", new());
        await CreateAsync("included", new() { CountryRule = CountryRule.Include, Countries = { "PL", "DE" } });
        await CreateAsync("not included", new() { CountryRule = CountryRule.Include, Countries = { "US" } });
        await CreateAsync("excluded", new() { CountryRule = CountryRule.Exclude, Countries = { "DE" } });
        await CreateAsync("not excluded", new() { CountryRule = CountryRule.Exclude, Countries = { "US" } });
        await CreateAsync("over", new() { Until = Timestamp.FromDateTimeOffset(now.AddMinutes(-1)) });
        await CreateAsync("not yet", new() { From = Timestamp.FromDateTimeOffset(now.AddHours(1)) });
        await CreateAsync("open", new() { From = Timestamp.FromDateTimeOffset(now.AddHours(-1)), Until = Timestamp.FromDateTimeOffset(now.AddHours(1)) });

        Assert.Equal("everywhere, included, not excluded, open", await NamesAsync(catalog.One));
        await using var later = catalog.Shifted(TimeSpan.FromHours(2));
        Assert.Equal("everywhere, included, not excluded, not yet", await NamesAsync(later));
    }

    [Fact]
    public async Task ListTitles_AsThePublic_HasWhatIsAvailableInTheCountryThatAProxyTells()
    {
        await using var replica = catalog.BehindAProxy();
        await PublishAsync("everywhere", new());
        await PublishAsync("included", new() { CountryRule = CountryRule.Include, Countries = { "PL" } });
        await PublishAsync("excluded", new() { CountryRule = CountryRule.Exclude, Countries = { "PL" } });

        Assert.Equal("everywhere, included", await NamesAsync(replica.PublicFrom("PL"), "DE"));
        Assert.Equal("everywhere, excluded", await NamesAsync(replica.PublicFrom("DE"), "PL"));
        Assert.Equal("everywhere", await NamesAsync(replica.Public, "PL"));
        Assert.Equal("everywhere", await NamesAsync(catalog.One.PublicFrom("PL"), ""));
        Assert.Equal("everywhere, included", await NamesAsync(replica.Service, "PL"));

        async Task PublishAsync(string name, Availability availability) =>
            await Admin.PublishTitleAsync(new() { TitleId = (await CreateAsync(name, availability)).Id });
    }

    [Fact]
    public async Task ListTitles_WithBadFields_NamesEachOfThem()
    {
        var request = new ListTitlesRequest { PageSize = -1, Query = new string('x', 201), Kind = (TitleKind)9, State = (TitleState)9, Country = "de" };
        await RpcAssert.FailsOnFieldsAsync(["page_size", "query", "kind", "state", "country"], async () => await Public.ListTitlesAsync(request));
    }

    [Fact]
    public async Task ListTitles_WithATokenThatIsNotIts_IsRefused()
    {
        await catalog.One.TitleAsync(name: _word);
        await catalog.One.TitleAsync(name: _word);
        var request = new ListTitlesRequest { Query = _word, PageSize = 1 };
        var token = (await Admin.ListTitlesAsync(request)).NextPageToken;

        string[] forged =
        [
            "x", token[..^2], PageToken.Next(request, "a", "no id"),
            PageToken.Next(request, "a\0", Samples.NewId().ToString()), PageToken.Next(request, "a"),
        ];
        foreach (var other in forged)
        {
            request.PageToken = other;
            await RpcAssert.FailsAsync(ErrorReason.InvalidPageToken, async () => await Admin.ListTitlesAsync(request));
        }

        await RpcAssert.FailsAsync(ErrorReason.InvalidPageToken, async () => await Admin.ListTitlesAsync(new() { PageToken = token }));
    }

    private async Task<Title> CreateAsync(string name, Availability availability) =>
        (await Admin.CreateTitleAsync(new() { Kind = TitleKind.Movie, Name = $"{name}/{_word}", Availability = availability })).Title;

    private Task<string> NamesAsync(Replica replica) => NamesAsync(replica.Admin, "DE");

    private async Task<string> NamesAsync(Clients clients, string country)
    {
        var titles = (await clients.Titles.ListTitlesAsync(new() { Query = _word, Country = country })).Titles;
        return string.Join(", ", titles.Select(title => title.Name.Split('/')[0]));
    }
}
