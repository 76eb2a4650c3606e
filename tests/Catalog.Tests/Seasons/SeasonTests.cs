using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Catalog.Tests.Seasons;

[Collection(CatalogTestGroup.Name)]
public sealed class SeasonTests(CatalogFixture catalog)
{
    private static readonly string Missing = Samples.NewId().ToString();

    private SeasonService.SeasonServiceClient Admin => catalog.One.Admin.Seasons;

    private SeasonService.SeasonServiceClient Public => catalog.Two.Public.Seasons;

    [Fact]
    public async Task CreateSeason_OfASeries_ReadsBackTheSame()
    {
        var title = await catalog.One.TitleAsync();
        var season = await catalog.One.SeasonAsync(title.Id, 0);
        Assert.Equal(title.Id, season.TitleId);
        Assert.Equal(season, (await catalog.Two.Admin.Seasons.GetSeasonAsync(new() { SeasonId = season.Id })).Season);
    }

    [Fact]
    public async Task CreateSeason_OfAMovie_IsRefused()
    {
        var movie = await catalog.One.TitleAsync(TitleKind.Movie);
        await RpcAssert.FailsAsync(ErrorReason.NotASeries, () => catalog.One.SeasonAsync(movie.Id));
        await RpcAssert.FailsAsync(ErrorReason.TitleNotFound, () => catalog.One.SeasonAsync(Missing));
    }

    [Fact]
    public async Task CreateSeason_OnTwoReplicasAtOnce_LetsExactlyOneWin()
    {
        var title = await catalog.One.TitleAsync();
        Replica[] replicas = [catalog.One, catalog.Two];

        var outcomes = await Race.OutcomesAsync(10, i => replicas[i % 2].SeasonAsync(title.Id));

        Assert.Equal(1, outcomes.Count(outcome => outcome == "OK"));
        Assert.Equal(9, outcomes.Count(outcome => outcome == "SEASON_EXISTS"));
    }

    [Fact]
    public async Task GetSeason_AsThePublic_IsAsVisibleAsItsTitle()
    {
        var title = await catalog.One.TitleAsync();
        var season = await catalog.One.SeasonAsync(title.Id);
        await RpcAssert.FailsAsync(ErrorReason.SeasonNotFound, async () => await Public.GetSeasonAsync(new() { SeasonId = season.Id }));
        await RpcAssert.FailsAsync(ErrorReason.TitleNotFound, async () => await Public.ListSeasonsAsync(new() { TitleId = title.Id }));

        await catalog.One.Admin.Titles.PublishTitleAsync(new() { TitleId = title.Id });
        Assert.Equal(season, (await Public.GetSeasonAsync(new() { SeasonId = season.Id })).Season);
        Assert.Equal(season, Assert.Single((await Public.ListSeasonsAsync(new() { TitleId = title.Id })).Seasons));
    }

    [Fact]
    public async Task ListSeasons_InPages_IsByNumberAndComplete()
    {
        var title = await catalog.One.TitleAsync();
        foreach (var number in new[] { 10, 2, 0, 1, 9_999 })
        {
            await catalog.One.SeasonAsync(title.Id, number);
        }

        var request = new ListSeasonsRequest { TitleId = title.Id, PageSize = 2 };
        var numbers = new List<int>();
        do
        {
            var page = await Admin.ListSeasonsAsync(request);
            numbers.AddRange(page.Seasons.Select(season => season.Number));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal([0, 1, 2, 10, 9_999], numbers);
    }

    [Fact]
    public async Task ListSeasons_OfATitleWithout_IsEmpty()
    {
        var title = await catalog.One.TitleAsync();
        Assert.Empty((await Admin.ListSeasonsAsync(new() { TitleId = title.Id })).Seasons);
        await RpcAssert.FailsAsync(ErrorReason.TitleNotFound, async () => await Admin.ListSeasonsAsync(new() { TitleId = Missing }));
    }

    [Fact]
    public async Task UpdateSeason_OfItsName_ChangesItAndItsEtag()
    {
        var season = await catalog.One.SeasonAsync((await catalog.One.TitleAsync()).Id);
        var request = new UpdateSeasonRequest { Season = new() { Id = season.Id, Etag = season.Etag, Name = "Specials" }, UpdateMask = new() { Paths = { "name" } } };
        var updated = (await Admin.UpdateSeasonAsync(request)).Season;

        Assert.Equal("Specials", updated.Name);
        await RpcAssert.FailsAsync(ErrorReason.EtagMismatch, async () => await Admin.UpdateSeasonAsync(request));
        request.Season.Id = Missing;
        await RpcAssert.FailsAsync(ErrorReason.SeasonNotFound, async () => await Admin.UpdateSeasonAsync(request));
    }

    [Fact]
    public async Task DeleteSeason_WithEpisodesOrABundle_IsInUse()
    {
        var title = await catalog.One.TitleAsync();
        var season = await catalog.One.SeasonAsync(title.Id);
        var episode = await catalog.One.EpisodeAsync(season.Id);
        await RpcAssert.FailsAsync(ErrorReason.InUse, async () => await Admin.DeleteSeasonAsync(new() { SeasonId = season.Id }));

        await Admin.DeleteEpisodeAsync(new() { EpisodeId = episode.Id });
        var bundle = await catalog.One.BundleAsync(Samples.SeasonBundle(title.Id), BundleState.Pending);
        await RpcAssert.FailsAsync(ErrorReason.InUse, async () => await Admin.DeleteSeasonAsync(new() { SeasonId = season.Id }));

        await catalog.One.Service.Bundles.ReleaseBundleAsync(new() { BundleId = bundle.Id });
        await RpcAssert.FailsAsync(ErrorReason.EtagMismatch, async () => await Admin.DeleteSeasonAsync(new() { SeasonId = season.Id, Etag = "9" }));
        await Admin.DeleteSeasonAsync(new() { SeasonId = season.Id, Etag = season.Etag });
        await RpcAssert.FailsAsync(ErrorReason.SeasonNotFound, async () => await Admin.DeleteSeasonAsync(new() { SeasonId = season.Id }));
    }

    [Fact]
    public async Task EverySeasonCall_WithBadFields_NamesEachOfThem()
    {
        await RpcAssert.FailsOnFieldsAsync(
            ["title_id", "number", "name"], async () => await Admin.CreateSeasonAsync(new() { Number = -1, Name = new string('x', 201) }));
        await RpcAssert.FailsOnFieldsAsync(["number"], async () => await Admin.CreateSeasonAsync(new() { TitleId = Missing, Number = 10_000 }));
        await RpcAssert.FailsOnFieldsAsync(["season_id"], async () => await Admin.GetSeasonAsync(new() { SeasonId = "x" }));
        await RpcAssert.FailsOnFieldsAsync(["title_id", "page_size"], async () => await Admin.ListSeasonsAsync(new() { PageSize = -1 }));
        await RpcAssert.FailsOnFieldsAsync(["season.id", "season.etag", "update_mask"], async () => await Admin.UpdateSeasonAsync(new()));
        await RpcAssert.FailsOnFieldsAsync(["season_id"], async () => await Admin.DeleteSeasonAsync(new()));
        await RpcAssert.FailsAsync(ErrorReason.InvalidPageToken, async () => await Admin.ListSeasonsAsync(new() { TitleId = Missing, PageToken = "x" }));
    }
}
