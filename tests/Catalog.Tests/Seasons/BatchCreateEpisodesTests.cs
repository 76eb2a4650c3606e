using Grpc.Core;
using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.ServiceDefaults.Idempotency;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Catalog.Tests.Seasons;

[Collection(CatalogTestGroup.Name)]
public sealed class BatchCreateEpisodesTests(CatalogFixture catalog)
{
    private SeasonService.SeasonServiceClient Admin => catalog.One.Admin.Seasons;

    [Fact]
    public async Task BatchCreateEpisodes_OfAWholeSeason_AnswersInTheOrderOfTheRequests()
    {
        var season = await SeasonAsync();
        var request = Batch(season.Id, 3, 1, 2);
        request.Requests[0].AirDate = "1999-03-31";
        request.Requests[0].ExternalIds.Add(NewImdb());

        var episodes = (await Admin.BatchCreateEpisodesAsync(request)).Episodes;

        Assert.Equal([3, 1, 2], episodes.Select(episode => episode.Number));
        Assert.Equal(("1999-03-31", request.Requests[0].ExternalIds[0]), (episodes[0].AirDate, Assert.Single(episodes[0].ExternalIds)));
        Assert.All(episodes, episode => Assert.Equal((season.TitleId, season.Id), (episode.TitleId, episode.SeasonId)));
        Assert.Equal(episodes.OrderBy(episode => episode.Number), (await Admin.ListEpisodesAsync(new() { SeasonId = season.Id })).Episodes);
    }

    [Fact]
    public async Task BatchCreateEpisodes_OfTwoThousand_CreatesThemAll()
    {
        var season = await SeasonAsync();
        var request = Batch(season.Id, [.. Enumerable.Range(1, 2_000)]);

        Assert.Equal(2_000, (await Admin.BatchCreateEpisodesAsync(request)).Episodes.Count);

        request.Requests.Add(new CreateEpisodeRequest { Number = 2_001, Name = "One too many" });
        await RpcAssert.FailsOnFieldsAsync(["requests"], async () => await Admin.BatchCreateEpisodesAsync(request));
    }

    [Fact]
    public async Task BatchCreateEpisodes_WithANumberThatIsThere_CreatesNone()
    {
        var season = await SeasonAsync();
        await catalog.One.EpisodeAsync(season.Id, 7);

        var exception = await RpcAssert.FailsAsync(ErrorReason.EpisodeExists, async () => await Admin.BatchCreateEpisodesAsync(Batch(season.Id, 6, 7, 8)));

        Assert.Equal("7", RpcErrors.InfoOf(exception)!.Metadata["number"]);
        Assert.Equal([7], (await Admin.ListEpisodesAsync(new() { SeasonId = season.Id })).Episodes.Select(episode => episode.Number));
    }

    [Fact]
    public async Task BatchCreateEpisodes_WithAnExternalIdOfATitle_CreatesNone()
    {
        var id = NewImdb();
        await catalog.One.Admin.Titles.CreateTitleAsync(new() { Kind = TitleKind.Movie, Name = "x", ExternalIds = { id } });
        var season = await SeasonAsync();
        var request = Batch(season.Id, 1, 2);
        request.Requests[1].ExternalIds.Add(id);

        await RpcAssert.FailsAsync(ErrorReason.ExternalIdExists, async () => await Admin.BatchCreateEpisodesAsync(request));
        Assert.Empty((await Admin.ListEpisodesAsync(new() { SeasonId = season.Id })).Episodes);
    }

    [Fact]
    public async Task BatchCreateEpisodes_OnTwoReplicasAtOnce_LetsExactlyOneWin()
    {
        var season = await SeasonAsync();
        Replica[] replicas = [catalog.One, catalog.Two];

        var outcomes = await Race.OutcomesAsync(
            10, async i => await replicas[i % 2].Admin.Seasons.BatchCreateEpisodesAsync(Batch(season.Id, [.. Enumerable.Range(i, 20)])));

        Assert.Equal(1, outcomes.Count(outcome => outcome == "OK"));
        Assert.Equal(20, (await Admin.ListEpisodesAsync(new() { SeasonId = season.Id })).Episodes.Count);
    }

    [Fact]
    public async Task BatchCreateEpisodes_Repeated_FindsItsOwn()
    {
        var season = await SeasonAsync();
        var key = Samples.NewId().ToString();
        await using var other = catalog.WithRedis("127.0.0.1:1,abortConnect=false,connectTimeout=200");

        var first = await Admin.BatchCreateEpisodesAsync(Batch(season.Id, 2, 1), Keyed());
        var again = await other.Admin.Seasons.BatchCreateEpisodesAsync(Batch(season.Id, 2, 1), Keyed());

        Assert.Equal(first, again);

        Metadata Keyed() => new() { { IdempotencyKey.Header, key } };
    }

    [Fact]
    public async Task BatchCreateEpisodes_WithBadFields_NamesEachOfThem()
    {
        await RpcAssert.FailsOnFieldsAsync(["season_id", "requests"], async () => await Admin.BatchCreateEpisodesAsync(new()));
        await RpcAssert.FailsAsync(
            ErrorReason.SeasonNotFound, async () => await Admin.BatchCreateEpisodesAsync(Batch(Samples.NewId().ToString(), 1)));

        var request = Batch(Samples.NewId().ToString(), 1, 1, 2, -1);
        var id = NewImdb();
        request.Requests[0].ExternalIds.Add(id);
        request.Requests[2] = new() { SeasonId = Samples.NewId().ToString(), Number = 2, AirDate = "1999-02-29", ExternalIds = { id } };
        await RpcAssert.FailsOnFieldsAsync(
            [
                "requests[1].number", "requests[2].season_id", "requests[2].external_ids", "requests[2].name", "requests[2].air_date",
                "requests[3].number",
            ],
            async () => await Admin.BatchCreateEpisodesAsync(request));
    }

    [Theory]
    [InlineData("1869-12-31")]
    [InlineData("2201-01-01")]
    [InlineData("1999-3-31")]
    [InlineData("31.03.1999")]
    public async Task CreateEpisode_WithABadAirDate_NamesIt(string date) => await RpcAssert.FailsOnFieldsAsync(
        ["air_date"], async () => await Admin.CreateEpisodeAsync(new() { SeasonId = Samples.NewId().ToString(), Name = "x", AirDate = date }));

    private async Task<Season> SeasonAsync() => await catalog.One.SeasonAsync((await catalog.One.TitleAsync()).Id);

    private static BatchCreateEpisodesRequest Batch(string seasonId, params int[] numbers) => new()
    {
        SeasonId = seasonId,
        Requests = { numbers.Select(number => new CreateEpisodeRequest { Number = number, Name = $"Episode {number}" }) },
    };

    private static ExternalId NewImdb() =>
        new() { Scheme = ExternalIdScheme.Imdb, Value = $"tt{Random.Shared.NextInt64(1_000_000, 10_000_000_000):D10}" };
}
