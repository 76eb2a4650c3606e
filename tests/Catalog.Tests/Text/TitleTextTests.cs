using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Catalog.Tests.Text;

[Collection(CatalogTestGroup.Name)]
public sealed class TitleTextTests(CatalogFixture catalog)
{
    // Names of one test share a word that no other test's names have.
    private readonly string _word = $"W{Samples.NewId():N}";

    private TitleService.TitleServiceClient Admin => catalog.One.Admin.Titles;

    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\r\nb")]
    [InlineData("a\u2028b")]
    [InlineData("a\tb")]
    [InlineData("\u200B")]
    [InlineData("\uFEFF")]
    [InlineData("\u2800")]
    [InlineData("\u3164")]
    [InlineData("\u115F\u1160")]
    [InlineData("\uFE0F")]
    [InlineData("\u0301")]
    [InlineData("evil\u202Egpj")]
    [InlineData("a\u2066b\u2069")]
    [InlineData("a\uE000")]
    [InlineData("a\uFFFE")]
    [InlineData("Am\uFFFDlie")]
    public async Task EveryName_ThatHidesOrTurnsText_IsRefused(string name)
    {
        var title = await catalog.One.TitleAsync();
        var season = await catalog.One.SeasonAsync(title.Id);
        var episode = await catalog.One.EpisodeAsync(season.Id);
        await RpcAssert.FailsOnFieldsAsync(["name"], async () => await Admin.CreateTitleAsync(Movie(name)));
        await RpcAssert.FailsOnFieldsAsync(["title.name"], async () => await Admin.UpdateTitleAsync(
            new() { Title = new() { Id = title.Id, Etag = title.Etag, Name = name }, UpdateMask = new() { Paths = { "name" } } }));
        var seasons = catalog.One.Admin.Seasons;
        await RpcAssert.FailsOnFieldsAsync(["name"], async () => await seasons.CreateSeasonAsync(new() { TitleId = title.Id, Number = 2, Name = name }));
        await RpcAssert.FailsOnFieldsAsync(["season.name"], async () => await seasons.UpdateSeasonAsync(
            new() { Season = new() { Id = season.Id, Etag = season.Etag, Name = name }, UpdateMask = new() { Paths = { "name" } } }));
        await RpcAssert.FailsOnFieldsAsync(["name"], async () => await seasons.CreateEpisodeAsync(new() { SeasonId = season.Id, Number = 2, Name = name }));
        await RpcAssert.FailsOnFieldsAsync(["episode.name"], async () => await seasons.UpdateEpisodeAsync(
            new() { Episode = new() { Id = episode.Id, Etag = episode.Etag, Name = name }, UpdateMask = new() { Paths = { "name" } } }));
        var bundle = Samples.SeasonBundle(title.Id);
        bundle.Label = name;
        await RpcAssert.FailsOnFieldsAsync(["label"], async () => await catalog.One.Service.Bundles.ReserveBundleAsync(bundle));
    }

    [Fact]
    public async Task EveryText_IsStoredInItsCanonicalForm()
    {
        const string Sent = "  Ame\u0301lie\u00A0 \u200Bx ";
        const string Stored = "Amélie \u200Bx";
        var title = (await Admin.CreateTitleAsync(new()
        {
            Kind = TitleKind.Series,
            Name = Sent,
            Synopsis = "One \r\n\r\n\r\n Two\te\u0301",
            OriginalLanguage = "zh-CMN-hant-tw",
        })).Title;
        var season = (await catalog.One.Admin.Seasons.CreateSeasonAsync(new() { TitleId = title.Id, Number = 1, Name = Sent })).Season;
        var episode = (await catalog.One.Admin.Seasons.CreateEpisodeAsync(new() { SeasonId = season.Id, Number = 1, Name = Sent, Synopsis = Sent })).Episode;
        var bundle = Samples.SeasonBundle(title.Id);
        bundle.Label = Sent;

        Assert.Equal((Stored, "One\n\nTwo é", "cmn-Hant-TW"), (title.Name, title.Synopsis, title.OriginalLanguage));
        Assert.Equal(title, (await Admin.GetTitleAsync(new() { TitleId = title.Id })).Title);
        Assert.Equal((Stored, Stored, Stored), (season.Name, episode.Name, episode.Synopsis));
        Assert.Equal(Stored, (await catalog.One.Service.Bundles.ReserveBundleAsync(bundle)).Bundle.Label);

        var renamed = (await Admin.UpdateTitleAsync(new()
        {
            Title = new() { Id = title.Id, Etag = title.Etag, Name = " e\u0301 ", Synopsis = "a\rb", OriginalLanguage = "IW" },
            UpdateMask = new() { Paths = { "name", "synopsis", "original_language" } },
        })).Title;
        Assert.Equal(("é", "a\nb", "he"), (renamed.Name, renamed.Synopsis, renamed.OriginalLanguage));
    }

    [Theory]
    [InlineData("Ame\u0301lie", "Amélie")]
    [InlineData("Amélie", "Ame\u0301lie")]
    [InlineData("Amélie", "AMELIE")]
    [InlineData("harbour", "harbour ")]
    [InlineData("Harbour Lights", " harbour   lights")]
    [InlineData("ΟΔΥΣΣΕΑΣ", "οδυσσεας")]
    [InlineData("Οδυσσέας", "οδυσσεας")]
    [InlineData("İSTANBUL", "istanbul")]
    [InlineData("STRASSE", "straße")]
    [InlineData("Straße", "strasse")]
    [InlineData("L’Été", "l'ete")]
    [InlineData("Œdipe, Łódź, Æon", "oedipe, lodz, aeon")]
    [InlineData("ＦＵＬＬ", "full")]
    public async Task ListTitles_QueryAsPeopleTypeIt_FindsTheName(string name, string query)
    {
        var title = await catalog.One.TitleAsync(name: $"{_word} {name}");

        Assert.Equal(title.Id, Assert.Single((await Admin.ListTitlesAsync(new() { Query = $"{_word} {query}" })).Titles).Id);
    }

    [Fact]
    public async Task ListTitles_SpellingsOfOneQuery_ShareTheirPages()
    {
        await catalog.One.TitleAsync(name: $"{_word} é");
        await catalog.One.TitleAsync(name: $"{_word} é");
        var first = await Admin.ListTitlesAsync(new() { Query = $"{_word} é", PageSize = 1 });

        var second = await Admin.ListTitlesAsync(new() { Query = $" {_word}  e\u0301", PageSize = 1, PageToken = first.NextPageToken });

        Assert.NotEqual(first.Titles[0].Id, Assert.Single(second.Titles).Id, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("é")]
    [InlineData("e\u0301")]
    [InlineData("😀")]
    public async Task CreateTitle_NameOf200Characters_PassesTheRuleAndTheDatabase(string character)
    {
        Assert.Equal(200, (await Admin.CreateTitleAsync(Movie(Repeat(199) + " "))).Title.Name.EnumerateRunes().Count() + 1);
        Assert.Equal(200, (await Admin.CreateTitleAsync(Movie(Repeat(200)))).Title.Name.EnumerateRunes().Count());
        await RpcAssert.FailsOnFieldsAsync(["name"], async () => await Admin.CreateTitleAsync(Movie(Repeat(201))));

        string Repeat(int count) => string.Concat(Enumerable.Repeat(character, count));
    }

    [Theory]
    [InlineData("👨\u200D👩\u200D👧\u200D👦")]
    [InlineData("❤\uFE0F 1\uFE0F\u20E3")]
    [InlineData("می\u200Cخواهم")]
    [InlineData("q\u0323\u0307")]
    [InlineData("क्\u200Dष")]
    public async Task CreateTitle_EmojiJoinersAndMarks_AreKept(string name) =>
        Assert.Equal(name, (await Admin.CreateTitleAsync(Movie(name))).Title.Name);

    [Theory]
    [InlineData("nan-CN-46")]
    [InlineData("ab-c")]
    [InlineData("en-US-US")]
    [InlineData("English")]
    [InlineData("eng")]
    [InlineData("en-UK")]
    [InlineData("en_US")]
    [InlineData("x-klingon")]
    public async Task EveryLanguage_ThatIsNotATag_IsRefused(string tag)
    {
        var title = await catalog.One.TitleAsync();
        var request = Movie("x");
        request.OriginalLanguage = tag;
        await RpcAssert.FailsOnFieldsAsync(["original_language"], async () => await Admin.CreateTitleAsync(request));
        await RpcAssert.FailsOnFieldsAsync(["title.original_language"], async () => await Admin.UpdateTitleAsync(
            new() { Title = new() { Id = title.Id, Etag = title.Etag, OriginalLanguage = tag }, UpdateMask = new() { Paths = { "original_language" } } }));
    }

    [Theory]
    [InlineData("zh-hant-tw", "zh-Hant-TW")]
    [InlineData("sr-latn", "sr-Latn")]
    [InlineData("en-x-director", "en-x-director")]
    [InlineData("i-klingon", "tlh")]
    public async Task CreateTitle_RareLanguage_IsStoredInItsCanonicalForm(string tag, string canonical)
    {
        var request = Movie("x");
        request.OriginalLanguage = tag;
        Assert.Equal(canonical, (await Admin.CreateTitleAsync(request)).Title.OriginalLanguage);
    }

    [Theory]
    [InlineData("UK")]
    [InlineData("EU")]
    [InlineData("AN")]
    [InlineData("ZZ")]
    [InlineData("XK")]
    [InlineData("gb")]
    public async Task EveryCountry_ThatIsNotAssigned_IsRefused(string code)
    {
        var request = Movie("x");
        request.Availability = new() { CountryRule = CountryRule.Exclude, Countries = { "DE", code } };
        await RpcAssert.FailsOnFieldsAsync(["availability.countries"], async () => await Admin.CreateTitleAsync(request));
        await RpcAssert.FailsOnFieldsAsync(["country"], async () => await Admin.ListTitlesAsync(new() { Country = code }));
    }

    private static CreateTitleRequest Movie(string name) => new() { Kind = TitleKind.Movie, Name = name };
}
