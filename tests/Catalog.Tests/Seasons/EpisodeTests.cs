using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Catalog.Tests.Seasons;

[Collection(CatalogTestGroup.Name)]
public sealed class EpisodeTests(CatalogFixture catalog)
{
    private static readonly string Missing = Samples.NewId().ToString();

    private SeasonService.SeasonServiceClient Admin => catalog.One.Admin.Seasons;

    private SeasonService.SeasonServiceClient Public => catalog.Two.Public.Seasons;

    [Fact]
    public async Task CreateEpisode_OfASeason_ReadsBackTheSame()
    {
        var season = await SeasonAsync();
        var request = new CreateEpisodeRequest { SeasonId = season.Id, Number = 7, Name = "Pilot", Synopsis = "How it began", DurationMs = 3_600_000 };
        var episode = (await Admin.CreateEpisodeAsync(request)).Episode;

        Assert.Equal((season.TitleId, season.Id, 7, 3_600_000), (episode.TitleId, episode.SeasonId, episode.Number, episode.DurationMs));
        Assert.Equal(episode, (await catalog.Two.Admin.Seasons.GetEpisodeAsync(new() { EpisodeId = episode.Id })).Episode);
        await RpcAssert.FailsAsync(ErrorReason.SeasonNotFound, () => catalog.One.EpisodeAsync(Missing));
    }

    [Fact]
    public async Task CreateEpisode_OnTwoReplicasAtOnce_LetsExactlyOneWin()
    {
        var season = await SeasonAsync();
        Replica[] replicas = [catalog.One, catalog.Two];

        var outcomes = await Race.OutcomesAsync(10, i => replicas[i % 2].EpisodeAsync(season.Id));

        Assert.Equal(1, outcomes.Count(outcome => outcome == "OK"));
        Assert.Equal(9, outcomes.Count(outcome => outcome == "EPISODE_EXISTS"));
    }

    [Fact]
    public async Task GetEpisode_AsThePublic_IsAsVisibleAsItsTitle()
    {
        var season = await SeasonAsync();
        var episode = await catalog.One.EpisodeAsync(season.Id);
        await RpcAssert.FailsAsync(ErrorReason.EpisodeNotFound, async () => await Public.GetEpisodeAsync(new() { EpisodeId = episode.Id }));
        await RpcAssert.FailsAsync(ErrorReason.SeasonNotFound, async () => await Public.ListEpisodesAsync(new() { SeasonId = season.Id }));

        await catalog.One.Admin.Titles.PublishTitleAsync(new() { TitleId = season.TitleId });
        Assert.Equal(episode, (await Public.GetEpisodeAsync(new() { EpisodeId = episode.Id })).Episode);
        Assert.Equal(episode, Assert.Single((await Public.ListEpisodesAsync(new() { SeasonId = season.Id })).Episodes));
    }

    [Fact]
    public async Task ListEpisodes_InPages_IsByNumberAndComplete()
    {
        var season = await SeasonAsync();
        Assert.Empty((await Admin.ListEpisodesAsync(new() { SeasonId = season.Id })).Episodes);
        foreach (var number in new[] { 11, 2, 99_999, 1 })
        {
            await catalog.One.EpisodeAsync(season.Id, number);
        }

        var request = new ListEpisodesRequest { SeasonId = season.Id, PageSize = 3 };
        var first = await Admin.ListEpisodesAsync(request);
        request.PageToken = first.NextPageToken;
        var second = await Admin.ListEpisodesAsync(request);

        Assert.Equal([1, 2, 11], first.Episodes.Select(episode => episode.Number));
        Assert.Equal([99_999], second.Episodes.Select(episode => episode.Number));
        Assert.Equal("", second.NextPageToken);
    }

    [Fact]
    public async Task UpdateEpisode_WithMask_ChangesThoseFieldsOnly()
    {
        var episode = await catalog.One.EpisodeAsync((await SeasonAsync()).Id);
        var request = new UpdateEpisodeRequest
        {
            Episode = new() { Id = episode.Id, Etag = episode.Etag, Name = "not named", Synopsis = "Changed", DurationMs = 5 },
            UpdateMask = new() { Paths = { "synopsis", "duration_ms" } },
        };
        var updated = (await Admin.UpdateEpisodeAsync(request)).Episode;

        Assert.Equal((episode.Name, "Changed", 5L), (updated.Name, updated.Synopsis, updated.DurationMs));
        await RpcAssert.FailsAsync(ErrorReason.EtagMismatch, async () => await Admin.UpdateEpisodeAsync(request));
        request.Episode.Id = Missing;
        await RpcAssert.FailsAsync(ErrorReason.EpisodeNotFound, async () => await Admin.UpdateEpisodeAsync(request));
    }

    [Fact]
    public async Task DeleteEpisode_InABundle_IsInUse()
    {
        var season = await SeasonAsync();
        var episode = await catalog.One.EpisodeAsync(season.Id);
        var reservation = Samples.SeasonBundle(season.TitleId);
        reservation.EpisodeIds.Add(episode.Id);
        var bundle = await catalog.One.BundleAsync(reservation, BundleState.Pending);
        await RpcAssert.FailsAsync(ErrorReason.InUse, async () => await Admin.DeleteEpisodeAsync(new() { EpisodeId = episode.Id }));

        await catalog.One.Service.Bundles.ReleaseBundleAsync(new() { BundleId = bundle.Id });
        await RpcAssert.FailsAsync(ErrorReason.EtagMismatch, async () => await Admin.DeleteEpisodeAsync(new() { EpisodeId = episode.Id, Etag = "9" }));
        await Admin.DeleteEpisodeAsync(new() { EpisodeId = episode.Id, Etag = episode.Etag });
        await RpcAssert.FailsAsync(ErrorReason.EpisodeNotFound, async () => await Admin.DeleteEpisodeAsync(new() { EpisodeId = episode.Id }));
    }

    [Fact]
    public async Task EveryEpisodeCall_WithBadFields_NamesEachOfThem()
    {
        var bad = new CreateEpisodeRequest { Number = 100_000, Synopsis = new string('x', 4_001), DurationMs = 86_400_001 };
        await RpcAssert.FailsOnFieldsAsync(["season_id", "number", "name", "synopsis", "duration_ms"], async () => await Admin.CreateEpisodeAsync(bad));
        await RpcAssert.FailsOnFieldsAsync(["episode_id"], async () => await Admin.GetEpisodeAsync(new()));
        await RpcAssert.FailsOnFieldsAsync(["season_id", "page_size"], async () => await Admin.ListEpisodesAsync(new() { PageSize = -1 }));
        await RpcAssert.FailsOnFieldsAsync(["episode.id", "episode.etag", "update_mask"], async () => await Admin.UpdateEpisodeAsync(new()));
        await RpcAssert.FailsOnFieldsAsync(["episode_id"], async () => await Admin.DeleteEpisodeAsync(new() { EpisodeId = "x" }));

        var update = new UpdateEpisodeRequest
        {
            Episode = new() { Id = Missing, Etag = "1", Synopsis = bad.Synopsis, DurationMs = -1 },
            UpdateMask = new() { Paths = { "name", "synopsis", "duration_ms" } },
        };
        await RpcAssert.FailsOnFieldsAsync(["episode.name", "episode.synopsis", "episode.duration_ms"], async () => await Admin.UpdateEpisodeAsync(update));
    }

    private async Task<Season> SeasonAsync() => await catalog.One.SeasonAsync((await catalog.One.TitleAsync()).Id);
}
