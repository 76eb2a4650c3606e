using Google.Protobuf.WellKnownTypes;
using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Catalog.Tests.Titles;

[Collection(CatalogTestGroup.Name)]
public sealed class TitleTests(CatalogFixture catalog)
{
    private static readonly string Missing = Samples.NewId().ToString();

    private TitleService.TitleServiceClient Admin => catalog.One.Admin.Titles;

    // On the replica that changes: others may read what they remember for a second.
    private TitleService.TitleServiceClient Public => catalog.One.Public.Titles;

    [Fact]
    public async Task CreateTitle_WithAllFields_ReadsBackTheSame()
    {
        var from = Timestamp.FromDateTimeOffset(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        var created = (await Admin.CreateTitleAsync(new()
        {
            Kind = TitleKind.Movie,
            Name = "Grüße aus Łódź",
            Synopsis = "Line one\nLine two",
            OriginalLanguage = "pt-BR",
            ReleaseYear = 1999,
            Availability = new() { From = from, CountryRule = CountryRule.Exclude, Countries = { "DE", "AT" } },
        })).Title;

        Assert.Equal(TitleState.Draft, created.State);
        Assert.Equal(7, Guid.Parse(created.Id).Version);
        Assert.NotEmpty(created.Etag);
        Assert.Equal(from, created.Availability.From);
        Assert.Null(created.Availability.Until);
        Assert.Equal("DE AT", string.Join(" ", created.Availability.Countries));
        Assert.Equal(created, (await catalog.Two.Admin.Titles.GetTitleAsync(new() { TitleId = created.Id })).Title);
    }

    public static TheoryData<CreateTitleRequest, string[]> BadTitles() => new()
    {
        { new(), ["kind", "name"] },
        { new() { Kind = (TitleKind)9, Name = "x" }, ["kind"] },
        { new() { Kind = TitleKind.Movie, Name = "  " }, ["name"] },
        { new() { Kind = TitleKind.Movie, Name = new string('x', 201) }, ["name"] },
        { new() { Kind = TitleKind.Movie, Name = "x\0y" }, ["name"] },
        { new() { Kind = TitleKind.Movie, Name = "x", Synopsis = new string('x', 4_001) }, ["synopsis"] },
        { new() { Kind = TitleKind.Movie, Name = "x", OriginalLanguage = "english!" }, ["original_language"] },
        { new() { Kind = TitleKind.Movie, Name = "x", ReleaseYear = 1869 }, ["release_year"] },
        { new() { Kind = TitleKind.Movie, Name = "x", ReleaseYear = 2201 }, ["release_year"] },
        { new() { Kind = TitleKind.Movie, Name = "x", Availability = new() { From = At(5), Until = At(5) } }, ["availability.until"] },
        { new() { Kind = TitleKind.Movie, Name = "x", Availability = new() { From = At(5), Until = At(5, nanos: 900) } }, ["availability.until"] },
        { new() { Kind = TitleKind.Movie, Name = "x", Availability = new() { Until = At(long.MaxValue) } }, ["availability.until"] },
        { new() { Kind = TitleKind.Movie, Name = "x", Availability = new() { Countries = { "DE" } } }, ["availability.countries"] },
        { new() { Kind = TitleKind.Movie, Name = "x", Availability = new() { CountryRule = CountryRule.Include } }, ["availability.countries"] },
        { Countries("DE", "DE"), ["availability.countries"] },
        { Countries("de"), ["availability.countries"] },
        { Countries(""), ["availability.countries"] },
        { new() { Kind = TitleKind.Movie, Name = "x", Availability = new() { CountryRule = (CountryRule)7, Countries = { "DE" } } }, ["availability.country_rule"] },
    };

    [Theory]
    [MemberData(nameof(BadTitles))]
    public async Task CreateTitle_WithBadFields_NamesEachOfThem(CreateTitleRequest request, string[] fields) =>
        await RpcAssert.FailsOnFieldsAsync(fields, async () => await Admin.CreateTitleAsync(request));

    [Theory]
    [InlineData("")]
    [InlineData("not-a-uuid")]
    [InlineData("{0198c0de-7a5b-7c3d-8e9f-0123456789ab}")]
    public async Task EveryCallForOneTitle_WithBadId_NamesTheField(string id)
    {
        string[] fields = ["title_id"];
        await RpcAssert.FailsOnFieldsAsync(fields, async () => await Admin.GetTitleAsync(new() { TitleId = id }));
        await RpcAssert.FailsOnFieldsAsync(fields, async () => await Admin.PublishTitleAsync(new() { TitleId = id }));
        await RpcAssert.FailsOnFieldsAsync(fields, async () => await Admin.ArchiveTitleAsync(new() { TitleId = id }));
        await RpcAssert.FailsOnFieldsAsync(fields, async () => await Admin.DeleteTitleAsync(new() { TitleId = id }));
    }

    [Fact]
    public async Task EveryCallForOneTitle_WithUnknownId_IsNotFound()
    {
        await RpcAssert.FailsAsync(ErrorReason.TitleNotFound, async () => await Admin.GetTitleAsync(new() { TitleId = Missing }));
        await RpcAssert.FailsAsync(ErrorReason.TitleNotFound, async () => await Admin.PublishTitleAsync(new() { TitleId = Missing }));
        await RpcAssert.FailsAsync(ErrorReason.TitleNotFound, async () => await Admin.ArchiveTitleAsync(new() { TitleId = Missing }));
        await RpcAssert.FailsAsync(ErrorReason.TitleNotFound, async () => await Admin.DeleteTitleAsync(new() { TitleId = Missing }));
        await RpcAssert.FailsAsync(ErrorReason.TitleNotFound, async () => await Admin.UpdateTitleAsync(Rename(Missing, "1", "x")));
    }

    [Fact]
    public async Task GetTitle_AsThePublic_SeesPublishedTitlesOnly()
    {
        var title = await catalog.One.TitleAsync();
        await RpcAssert.FailsAsync(ErrorReason.TitleNotFound, async () => await Public.GetTitleAsync(new() { TitleId = title.Id }));

        await Admin.PublishTitleAsync(new() { TitleId = title.Id });
        Assert.Equal(title.Name, (await Public.GetTitleAsync(new() { TitleId = title.Id })).Title.Name);

        await Admin.ArchiveTitleAsync(new() { TitleId = title.Id });
        await RpcAssert.FailsAsync(ErrorReason.TitleNotFound, async () => await Public.GetTitleAsync(new() { TitleId = title.Id }));
    }

    [Fact]
    public async Task UpdateTitle_WithMask_ChangesThoseFieldsOnly()
    {
        var title = await catalog.One.TitleAsync();
        var request = Rename(title.Id, title.Etag, "Clear Rivers");
        request.Title.Synopsis = "not in the mask";
        request.Title.ReleaseYear = 3000;

        var updated = (await Admin.UpdateTitleAsync(request)).Title;

        var expected = title.Clone();
        (expected.Name, expected.UpdateTime, expected.Etag) = ("Clear Rivers", updated.UpdateTime, updated.Etag);
        Assert.Equal(expected, updated);
        Assert.NotEqual(title.Etag, updated.Etag, StringComparer.Ordinal);
    }

    [Fact]
    public async Task UpdateTitle_OfAvailability_SetsAndClearsIt()
    {
        var title = await catalog.One.TitleAsync();
        var mask = new FieldMask { Paths = { "availability" } };
        var limited = new Title { Id = title.Id, Etag = title.Etag, Availability = new() { From = At(5), Until = At(9), CountryRule = CountryRule.Include, Countries = { "PL" } } };

        var updated = (await Admin.UpdateTitleAsync(new() { Title = limited, UpdateMask = mask })).Title;
        Assert.Equal(limited.Availability, updated.Availability);

        var cleared = (await Admin.UpdateTitleAsync(new() { Title = new() { Id = title.Id, Etag = $"\"{updated.Etag}\"" }, UpdateMask = mask })).Title;
        Assert.Equal(new Availability(), cleared.Availability);
    }

    public static TheoryData<Title?, FieldMask?, string[]> BadUpdates() => new()
    {
        { null, null, ["title.id", "title.etag", "update_mask"] },
        { new() { Id = Missing, Etag = "1" }, new(), ["update_mask"] },
        { new() { Id = Missing, Etag = "1" }, new() { Paths = { "kind" } }, ["update_mask"] },
        { new() { Id = Missing, Etag = "1" }, new() { Paths = { "name" } }, ["title.name"] },
        { new() { Id = Missing, Etag = "1", Synopsis = new string('x', 4_001) }, new() { Paths = { "synopsis" } }, ["title.synopsis"] },
        { new() { Id = Missing, Etag = "1", OriginalLanguage = "?" }, new() { Paths = { "original_language" } }, ["title.original_language"] },
        { new() { Id = Missing, Etag = "1", ReleaseYear = 1 }, new() { Paths = { "release_year" } }, ["title.release_year"] },
        { new() { Id = Missing, Etag = "1", Availability = new() { Countries = { "x" } } }, new() { Paths = { "availability" } }, ["title.availability.countries"] },
    };

    [Theory]
    [MemberData(nameof(BadUpdates))]
    public async Task UpdateTitle_WithBadFields_NamesEachOfThem(Title? title, FieldMask? mask, string[] fields) =>
        await RpcAssert.FailsOnFieldsAsync(fields, async () => await Admin.UpdateTitleAsync(new() { Title = title, UpdateMask = mask }));

    [Fact]
    public async Task UpdateTitle_OnTwoReplicasWithOneEtag_LetsExactlyOneWin()
    {
        var title = await catalog.One.TitleAsync();
        Replica[] replicas = [catalog.One, catalog.Two];

        var outcomes = await Race.OutcomesAsync(10, i => replicas[i % 2].Admin.Titles.UpdateTitleAsync(Rename(title.Id, title.Etag, $"Name {i}")).ResponseAsync);

        Assert.Equal(["OK", .. Enumerable.Repeat("ETAG_MISMATCH", 9)], outcomes.OrderDescending(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("999")]
    [InlineData("W/\"1\"")]
    [InlineData("no etag of ours")]
    public async Task EveryChange_WithAnotherEtag_IsAborted(string etag)
    {
        var title = await catalog.One.TitleAsync();
        await RpcAssert.FailsAsync(ErrorReason.EtagMismatch, async () => await Admin.UpdateTitleAsync(Rename(title.Id, etag, "x")));
        await RpcAssert.FailsAsync(ErrorReason.EtagMismatch, async () => await Admin.PublishTitleAsync(new() { TitleId = title.Id, Etag = etag }));
        await RpcAssert.FailsAsync(ErrorReason.EtagMismatch, async () => await Admin.ArchiveTitleAsync(new() { TitleId = title.Id, Etag = etag }));
        await RpcAssert.FailsAsync(ErrorReason.EtagMismatch, async () => await Admin.DeleteTitleAsync(new() { TitleId = title.Id, Etag = etag }));
        Assert.Equal(title, (await Admin.GetTitleAsync(new() { TitleId = title.Id })).Title);
    }

    [Fact]
    public async Task PublishTitle_Twice_LeavesThePublishedTitleAsItIs()
    {
        var title = await catalog.One.TitleAsync();
        var first = (await Admin.PublishTitleAsync(new() { TitleId = title.Id, Etag = title.Etag })).Title;
        var second = (await Admin.PublishTitleAsync(new() { TitleId = title.Id })).Title;
        Assert.Equal(TitleState.Published, first.State);
        Assert.Equal(first, second);
    }

    [Fact]
    public async Task PublishTitle_RepeatedWithItsEtag_FindsThatItIsPublished()
    {
        var title = await catalog.One.TitleAsync();
        var request = new PublishTitleRequest { TitleId = title.Id, Etag = title.Etag };
        var published = await Admin.PublishTitleAsync(request);

        Assert.Equal(published, await Admin.PublishTitleAsync(request));
        await RpcAssert.FailsAsync(ErrorReason.EtagMismatch, async () => await Admin.ArchiveTitleAsync(new() { TitleId = title.Id, Etag = title.Etag }));
        await Admin.UpdateTitleAsync(Rename(title.Id, published.Title.Etag, "Renamed"));
        await RpcAssert.FailsAsync(ErrorReason.EtagMismatch, async () => await Admin.PublishTitleAsync(request));
    }

    [Fact]
    public async Task DeleteTitle_OfADraft_RemovesIt()
    {
        var title = await catalog.One.TitleAsync();
        await Admin.DeleteTitleAsync(new() { TitleId = title.Id, Etag = title.Etag });
        await RpcAssert.FailsAsync(ErrorReason.TitleNotFound, async () => await Admin.GetTitleAsync(new() { TitleId = title.Id }));
    }

    [Fact]
    public async Task DeleteTitle_OfAPublishedTitle_IsRefusedWithItsState()
    {
        var title = await catalog.One.TitleAsync(published: true);
        var error = await RpcAssert.FailsAsync(ErrorReason.InvalidState, async () => await Admin.DeleteTitleAsync(new() { TitleId = title.Id }));
        Assert.Equal("PUBLISHED", ServiceDefaults.Errors.RpcErrors.InfoOf(error)!.Metadata["state"]);
    }

    [Fact]
    public async Task DeleteTitle_WithASeason_IsInUse()
    {
        var title = await catalog.One.TitleAsync();
        await catalog.One.SeasonAsync(title.Id);
        await RpcAssert.FailsAsync(ErrorReason.InUse, async () => await Admin.DeleteTitleAsync(new() { TitleId = title.Id }));
    }

    private static UpdateTitleRequest Rename(string id, string etag, string name) =>
        new() { Title = new() { Id = id, Etag = etag, Name = name }, UpdateMask = new() { Paths = { "name" } } };

    private static CreateTitleRequest Countries(params string[] codes) =>
        new() { Kind = TitleKind.Movie, Name = "x", Availability = new() { CountryRule = CountryRule.Include, Countries = { codes } } };

    private static Timestamp At(long seconds, int nanos = 0) => new() { Seconds = seconds, Nanos = nanos };
}
