using MoviesNow.Catalog.V1;

namespace MoviesNow.Cli.Tests.Catalog;

[Collection(CatalogTestGroup.Name)]
public sealed class TitleCommandTests(CatalogHost host)
{
    private static readonly string[] Complete =
    [
        "--kind", "series", "--original-name", "Der Hafen", "--sort-name", "Harbour, The", "--synopsis", "Ships.\nMore ships.", "--original-language", "de",
        "--release-year", "2020", "--end-year", "2024", "--genre", "drama", "--genre", "sci-fi,crime", "--rating", "US:TV-MA", "--rating", "DE:16",
        "--duration", "1h2m3s", "--adult", "--available-from", "2026-01-01", "--available-until", "2027-01-01T12:00:00+02:00", "--only-in", "NO,SE",
    ];

    [Fact]
    public async Task Title_ItsWholeLife_EachCommandDoesItsPart()
    {
        var id = (await CreateAsync("The Harbour")).Id;
        var shown = await host.Cli.OneAsync<Title>("title", "show", id);
        var updated = await host.Cli.OneAsync<Title>("title", "update", id, "--name", "The Old Harbour", "--genre", "drama");
        var published = await host.Cli.OneAsync<Title>("title", "publish", id);
        var archived = await host.Cli.OneAsync<Title>("title", "archive", id);
        var deleted = await host.Cli.RunAsync("title", "delete", id, "--yes");
        var gone = await host.Cli.RunAsync("title", "show", id);

        Assert.Equal(("The Harbour", TitleState.Draft), (shown.Name, shown.State));
        Assert.Equal(("The Old Harbour", "drama"), (updated.Name, Assert.Single(updated.Genres)));
        Assert.Equal((TitleState.Published, TitleState.Archived), (published.State, archived.State));
        Assert.Equal((0, ""), (deleted.ExitCode, deleted.Output));
        Assert.Equal((1, "NotFound TITLE_NOT_FOUND: No such title.\n"), (gone.ExitCode, gone.Errors));
    }

    [Fact]
    public async Task Create_EveryOption_SetsItsField()
    {
        var externalId = $"imdb:tt{Random.Shared.Next(1_000_000, 9_999_999)}";

        var title = await host.Cli.OneAsync<Title>(["title", "create", "--name", "The Harbour", .. Complete, "--external-id", externalId]);

        Assert.Equal((await host.Titles.GetTitleAsync(new GetTitleRequest { TitleId = title.Id })).Title, title);
        var wanted = new Title
        {
            Id = title.Id,
            CreateTime = title.CreateTime,
            UpdateTime = title.UpdateTime,
            Etag = title.Etag,
            State = TitleState.Draft,
            Kind = TitleKind.Series,
            Name = "The Harbour",
            OriginalName = "Der Hafen",
            SortName = "Harbour, The",
            Synopsis = "Ships.\nMore ships.",
            OriginalLanguage = "de",
            ReleaseYear = 2020,
            EndYear = 2024,
            Genres = { "drama", "sci-fi", "crime" },
            DurationMs = 3_723_000,
            IsAdult = true,
            ContentRatings = { new ContentRating { Country = "DE", Rating = "16" }, new ContentRating { Country = "US", Rating = "TV-MA" } },
            ExternalIds = { new ExternalId { Scheme = ExternalIdScheme.Imdb, Value = externalId["imdb:".Length..] } },
            Availability = new Availability
            {
                From = new() { Seconds = 1_767_225_600 },
                Until = new() { Seconds = 1_798_797_600 },
                CountryRule = CountryRule.Include,
                Countries = { "NO", "SE" },
            },
        };
        Assert.Equal(wanted, title);
    }

    [Fact]
    public async Task Update_OneOption_LeavesAllElse()
    {
        var before = await host.Cli.OneAsync<Title>(["title", "create", "--name", "The Harbour", .. Complete]);

        var after = await host.Cli.OneAsync<Title>("title", "update", before.Id, "--available-until", "");

        before.Availability.Until = null;
        (before.UpdateTime, before.Etag) = (after.UpdateTime, after.Etag);
        Assert.Equal(before, after);
    }

    [Fact]
    public async Task Update_EmptyValues_ClearFields()
    {
        var before = await host.Cli.OneAsync<Title>(["title", "create", "--name", "The Harbour", .. Complete]);

        var after = await host.Cli.OneAsync<Title>(
            "title", "update", before.Id, "--synopsis", "", "--genre", "", "--rating", "", "--release-year", "", "--end-year", "", "--adult", "false", "--duration", "", "--only-in", "");

        Assert.Equal(("", 0, 0, 0L, false), (after.Synopsis, after.Genres.Count, after.ReleaseYear, after.DurationMs, after.IsAdult));
        Assert.Equal((CountryRule.Unspecified, 0), (after.Availability.CountryRule, after.Availability.Countries.Count));
    }

    [Fact]
    public async Task Update_AnIdAfterASwitch_IsNoValueOfIt()
    {
        var title = await CreateAsync("The Harbour");

        Assert.True((await host.Cli.OneAsync<Title>("title", "update", "--adult", title.Id)).IsAdult);
        Assert.False((await host.Cli.OneAsync<Title>("title", "update", "--adult", "false", title.Id)).IsAdult);
    }

    [Fact]
    public async Task Update_WithTheEtagOfAnOlderVersion_SaysThatSomebodyWasFaster()
    {
        var title = await CreateAsync("The Harbour");
        await host.Cli.OutputAsync("title", "update", title.Id, "--name", "Their name");

        var lost = await host.Cli.RunAsync("title", "update", title.Id, "--name", "My name", "--etag", title.Etag);

        Assert.Equal((1, ""), (lost.ExitCode, lost.Output));
        Assert.StartsWith("Aborted ETAG_MISMATCH: ", lost.Errors, StringComparison.Ordinal);
        Assert.Contains($"Somebody changed the title in between, and nothing was done. See what it is now (moviesnow title show {title.Id})", lost.Errors, StringComparison.Ordinal);
        Assert.Equal("Their name", (await host.Cli.OneAsync<Title>("title", "show", title.Id)).Name);
    }

    [Fact]
    public async Task Create_TwiceWithOneKey_CreatesOneTitle()
    {
        string[] command = ["title", "create", "--kind", "movie", "--name", "Once", "--idempotency-key", Guid.CreateVersion7().ToString()];

        var first = await host.Cli.OneAsync<Title>(command);
        var second = await host.Cli.OneAsync<Title>(command);

        Assert.Equal(first, second);
    }

    [Fact]
    public async Task List_MoreThanAPage_ListsAllOnceUnlessLimited()
    {
        var mark = Guid.CreateVersion7().ToString("N");
        for (var i = 0; i < 205; i++)
        {
            await host.Titles.CreateTitleAsync(new CreateTitleRequest { Kind = TitleKind.Movie, Name = $"{mark} {i:000}" });
        }

        var all = await host.Cli.ManyAsync<Title>("title", "list", "--query", mark);
        var some = await host.Cli.ManyAsync<Title>("title", "list", "--query", mark, "--limit", "203");
        var found = await host.Cli.ManyAsync<Title>("title", "search", mark);

        var names = Enumerable.Range(0, 205).Select(i => $"{mark} {i:000}").ToList();
        Assert.Equal(names, all.Select(title => title.Name));
        Assert.Equal(names[..203], some.Select(title => title.Name));
        Assert.Equal(names, found.Select(title => title.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task List_Filtered_ListsWhatFits()
    {
        var mark = Guid.CreateVersion7().ToString("N");
        await host.Cli.OutputAsync("title", "create", "--kind", "movie", "--name", $"{mark} a", "--genre", "drama", "--release-year", "1999", "--original-language", "pt-BR");
        await host.Cli.OutputAsync("title", "create", "--kind", "series", "--name", $"{mark} b", "--release-year", "2001", "--adult", "--not-in", "NO");

        string[][] filters =
        [
            [], ["--include-adult"], ["--include-adult", "--kind", "series"], ["--genre", "drama"], ["--language", "pt"], ["--state", "published"],
            ["--include-adult", "--release-year-from", "2000"], ["--include-adult", "--release-year-to", "2000"], ["--include-adult", "--country", "NO"],
        ];
        var found = new List<string>();
        foreach (var filter in filters)
        {
            var titles = await host.Cli.ManyAsync<Title>(["title", "list", "--query", mark, .. filter]);
            found.Add(string.Concat(titles.Select(title => title.Name[^1])));
        }

        Assert.Equal(["a", "ab", "b", "a", "a", "", "b", "a", "a"], found);
    }

    [Fact]
    public async Task Show_AsThePublic_SeesWhatThePublicSees()
    {
        var title = await host.Cli.OneAsync<Title>("title", "create", "--kind", "movie", "--name", "The Harbour", "--only-in", "NO");
        var draft = await host.Cli.RunAsync("title", "show", title.Id, "--country", "NO");
        await host.Cli.OutputAsync("title", "publish", title.Id);

        var there = await host.Cli.RunAsync("title", "show", title.Id, "--country", "NO");
        var elsewhere = await host.Cli.RunAsync("title", "show", title.Id, "--country", "SE");
        var unknown = await host.Cli.RunAsync("title", "show", title.Id, "--public");

        Assert.Equal((1, 0, 1, 1), (draft.ExitCode, there.ExitCode, elsewhere.ExitCode, unknown.ExitCode));
    }

    [Theory]
    [InlineData("y", 0)]
    [InlineData(" Yes ", 0)]
    [InlineData("n", 1)]
    [InlineData("", 1)]
    public async Task Delete_AtATerminal_DeletesWhenTheUserAgrees(string answer, int exitCode)
    {
        var title = await CreateAsync("The Harbour");

        var ended = await new CommandRun(host.Address, answer).RunAsync("title", "delete", title.Id);
        var left = await host.Cli.RunAsync("title", "show", title.Id);

        Assert.Equal((exitCode, 1 - exitCode), (ended.ExitCode, left.ExitCode));
        Assert.Contains("The Harbour", ended.Errors, StringComparison.Ordinal);
        Assert.Contains("Delete this title? [y/N]", ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_WithoutTerminalOrYes_DeletesNothing()
    {
        var title = await CreateAsync("The Harbour");

        var ended = await host.Cli.RunAsync("title", "delete", title.Id);

        Assert.Equal((1, "There is no terminal to ask at: say --yes to delete without asking.\n"), (ended.ExitCode, ended.Errors));
        await host.Cli.OutputAsync("title", "show", title.Id);
    }

    [Fact]
    public async Task Delete_WithSeasons_IsRefusedUnlessTheyGoToo()
    {
        var title = await CreateAsync("The Harbour");
        await host.Cli.OutputAsync("season", "create", title.Id, "--number", "1");

        var refused = await host.Cli.RunAsync("title", "delete", title.Id, "--yes");
        var deleted = await host.Cli.RunAsync("title", "delete", title.Id, "--yes", "--cascade");

        Assert.Equal((1, 0), (refused.ExitCode, deleted.ExitCode));
        Assert.Contains("IN_USE", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_ManyBadFields_TellsEach()
    {
        var ended = await host.Cli.RunAsync("title", "create", "--kind", "movie", "--name", "x", "--release-year", "1700", "--genre", "Not A Genre", "--only-in", "XX");

        Assert.Equal(1, ended.ExitCode);
        Assert.StartsWith("InvalidArgument INVALID_FIELDS: ", ended.Errors, StringComparison.Ordinal);
        Assert.All((string[])["release_year must be", "genres[0] must be", "availability.countries"], field => Assert.Contains(field, ended.Errors, StringComparison.Ordinal));
    }

    private Task<Title> CreateAsync(string name) => host.Cli.OneAsync<Title>("title", "create", "--kind", "series", "--name", name);
}
