using System.Text;
using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.Tests.Import;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Catalog.Tests.Caching;

/// <summary>What the public reads of seasons and episodes on three replicas, while they change.</summary>
[Collection(CatalogTestGroup.Name)]
public sealed class CachedSeasonsTests(CatalogFixture catalog)
{
    private Replica[] Replicas => [catalog.One, catalog.Two, catalog.Three];

    public static TheoryData<string> Writes => [.. Writers.Keys];

    // Each changes what is below a series; what it has is a season 1 with the episodes 1 and 2.
    private static readonly Dictionary<string, Func<Clients, Season, Episode[], Task>> Writers = new(StringComparer.Ordinal)
    {
        ["CreateSeason"] = async (admin, season, _) => await admin.Seasons.CreateSeasonAsync(new() { TitleId = season.TitleId, Number = 2 }),
        ["UpdateSeason"] = async (admin, season, _) => await admin.Seasons.UpdateSeasonAsync(
            new() { Season = new() { Id = season.Id, Etag = season.Etag, Name = "New" }, UpdateMask = new() { Paths = { "name" } } }),
        ["DeleteSeason"] = async (admin, season, _) => await admin.Seasons.DeleteSeasonAsync(new() { SeasonId = season.Id, Cascade = true }),
        ["CreateEpisode"] = async (admin, season, _) => await admin.Seasons.CreateEpisodeAsync(new() { SeasonId = season.Id, Number = 3, Name = "New" }),
        ["BatchCreateEpisodes"] = async (admin, season, _) => await admin.Seasons.BatchCreateEpisodesAsync(
            new() { SeasonId = season.Id, Requests = { new CreateEpisodeRequest { Number = 3, Name = "New" }, new CreateEpisodeRequest { Number = 4, Name = "4" } } }),
        ["UpdateEpisode"] = async (admin, _, episodes) => await admin.Seasons.UpdateEpisodeAsync(
            new() { Episode = new() { Id = episodes[0].Id, Etag = episodes[0].Etag, Name = "New" }, UpdateMask = new() { Paths = { "name" } } }),
        ["DeleteEpisode"] = async (admin, _, episodes) => await admin.Seasons.DeleteEpisodeAsync(new() { EpisodeId = episodes[0].Id }),
        ["ImportOfANewEpisode"] = (admin, season, _) => ImportAsync(admin, new() { Episode = new() { SeasonId = season.Id, Number = 3, Name = "New" } }, season),
        ["ImportOfANewSeason"] = (admin, season, _) => ImportAsync(admin, new() { Season = new() { TitleId = season.TitleId, Number = 2 } }, season),
        ["ImportOfAnEpisode"] = (admin, season, _) => ImportAsync(admin, new() { Episode = new() { SeasonId = season.Id, Number = 1, Name = "New" } }, season),
    };

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task AnyWrite_BelowATitleThatWasRead_IsSeenAtOnceOnTheReplicaThatWrote(string write)
    {
        var (season, episodes) = await SeriesAsync();
        var before = await BelowAsync(catalog.Two.Public, season, episodes);
        Assert.Equal(before, await BelowAsync(catalog.Two.Public, season, episodes));

        await Writers[write](catalog.Two.Admin, season, episodes);

        var after = await BelowAsync(catalog.Two.Public, season, episodes);
        Assert.NotEqual(before, after);
        Assert.Equal(await BelowAsync(catalog.One.Admin, season, episodes), after);
    }

    [Fact]
    public async Task UpdateSeason_WhileItIsRead_IsNeverOlderThanPromised()
    {
        var (season, _) = await SeriesAsync();
        await Promise.HoldsAsync(
            Replicas,
            versions: 40,
            async (replica, version) => season = (await replica.Admin.Seasons.UpdateSeasonAsync(new()
            {
                Season = new() { Id = season.Id, Etag = season.Etag, Name = $"Version {version}" },
                UpdateMask = new() { Paths = { "name" } },
            })).Season,
            async replica =>
            {
                var read = (await replica.Public.Seasons.GetSeasonAsync(new() { SeasonId = season.Id })).Season;
                var listed = (await replica.Public.Seasons.ListSeasonsAsync(new() { TitleId = season.TitleId })).Seasons.Single();
                return Math.Min(Promise.VersionOf(read.Name), Promise.VersionOf(listed.Name));
            });
    }

    [Fact]
    public async Task UpdateEpisode_WhileItIsRead_IsNeverOlderThanPromised()
    {
        var (_, episodes) = await SeriesAsync();
        var episode = episodes[0];
        await Promise.HoldsAsync(
            Replicas,
            versions: 40,
            async (replica, version) => episode = (await replica.Admin.Seasons.UpdateEpisodeAsync(new()
            {
                Episode = new() { Id = episode.Id, Etag = episode.Etag, Name = $"Version {version}" },
                UpdateMask = new() { Paths = { "name" } },
            })).Episode,
            async replica => Promise.VersionOf((await replica.Public.Seasons.GetEpisodeAsync(new() { EpisodeId = episode.Id })).Episode.Name));
    }

    [Fact]
    public async Task CreateEpisode_WhileTheListIsRead_IsNeverMissedForLongerThanPromised()
    {
        var (season, episodes) = await SeriesAsync();
        await Promise.HoldsAsync(
            Replicas,
            versions: 40,
            (replica, version) => replica.EpisodeAsync(season.Id, episodes.Length + version),
            async replica => (await replica.Public.Seasons.ListEpisodesAsync(new() { SeasonId = season.Id })).Episodes.Count - episodes.Length);
    }

    [Fact]
    public async Task ArchiveTitle_AfterItsSeasonsWereRead_HidesThemAtOnce()
    {
        var (season, episodes) = await SeriesAsync();
        await BelowAsync(catalog.One.Public, season, episodes);

        await catalog.One.Admin.Titles.ArchiveTitleAsync(new() { TitleId = season.TitleId });

        Assert.Equal(
            "TITLE_NOT_FOUND\nSEASON_NOT_FOUND\nSEASON_NOT_FOUND\nEPISODE_NOT_FOUND\nEPISODE_NOT_FOUND",
            await BelowAsync(catalog.One.Public, season, episodes));
    }

    [Fact]
    public async Task GetEpisode_FromTheCache_IsDecidedByTheCountryOfEachCall()
    {
        var (season, episodes) = await SeriesAsync();
        var title = (await catalog.One.Admin.Titles.GetTitleAsync(new() { TitleId = season.TitleId })).Title;
        title.Availability = new() { CountryRule = CountryRule.Include, Countries = { "FR" } };
        await catalog.One.Admin.Titles.UpdateTitleAsync(new() { Title = title, UpdateMask = new() { Paths = { "availability" } } });
        await using var replica = catalog.BehindAProxy();
        var (inside, outside) = (replica.PublicFrom("FR").Seasons, replica.PublicFrom("DE").Seasons);
        Assert.Equal(episodes[0], (await inside.GetEpisodeAsync(new() { EpisodeId = episodes[0].Id, Country = "DE" })).Episode);

        // Whatever the caller claims.
        await RpcAssert.FailsAsync(ErrorReason.EpisodeNotFound, async () => await outside.GetEpisodeAsync(new() { EpisodeId = episodes[0].Id, Country = "FR" }));
        await RpcAssert.FailsAsync(ErrorReason.SeasonNotFound, async () => await outside.ListEpisodesAsync(new() { SeasonId = season.Id, Country = "FR" }));
        await RpcAssert.FailsAsync(ErrorReason.SeasonNotFound, async () => await outside.GetSeasonAsync(new() { SeasonId = season.Id, Country = "FR" }));
        await RpcAssert.FailsAsync(ErrorReason.TitleNotFound, async () => await outside.ListSeasonsAsync(new() { TitleId = season.TitleId, Country = "FR" }));
        Assert.Equal(episodes[0], (await inside.GetEpisodeAsync(new() { EpisodeId = episodes[0].Id })).Episode);

        Assert.Equal(episodes[0], (await replica.Service.Seasons.GetEpisodeAsync(new() { EpisodeId = episodes[0].Id, Country = "FR" })).Episode);
        await RpcAssert.FailsAsync(ErrorReason.EpisodeNotFound, async () => await replica.Service.Seasons.GetEpisodeAsync(new() { EpisodeId = episodes[0].Id, Country = "DE" }));
    }

    [Fact]
    public async Task GetSeason_WhoseIdWasGivenToAnotherSeries_IsThatOfTheOther()
    {
        var (season, episodes) = await SeriesAsync();
        var reader = catalog.One.Public.Seasons;
        await BelowAsync(catalog.One.Public, season, episodes);
        await catalog.One.Admin.Seasons.DeleteSeasonAsync(new() { SeasonId = season.Id, Cascade = true });
        var other = await catalog.One.TitleAsync(published: true);
        await ImportAsync(catalog.One.Admin, new() { Season = new() { Id = season.Id, TitleId = other.Id, Number = 9 } }, season: null);
        await catalog.One.Admin.Titles.ArchiveTitleAsync(new() { TitleId = season.TitleId });

        Assert.Equal((other.Id, 9), await SeasonAsync());
        Assert.Equal((other.Id, 9), await SeasonAsync());
        Assert.Empty((await reader.ListEpisodesAsync(new() { SeasonId = season.Id })).Episodes);

        async Task<(string, int)> SeasonAsync()
        {
            var found = (await reader.GetSeasonAsync(new() { SeasonId = season.Id })).Season;
            return (found.TitleId, found.Number);
        }
    }

    [Fact]
    public async Task ListEpisodes_InPagesFromTheCache_IsCompleteEachTime()
    {
        var (season, episodes) = await SeriesAsync();
        for (var round = 0; round < 2; round++)
        {
            var request = new ListEpisodesRequest { SeasonId = season.Id, PageSize = 1 };
            var first = await catalog.One.Public.Seasons.ListEpisodesAsync(request);
            request.PageToken = first.NextPageToken;
            var second = await catalog.One.Public.Seasons.ListEpisodesAsync(request);

            Assert.Equal(episodes, first.Episodes.Concat(second.Episodes));
            Assert.Empty(second.NextPageToken);
        }
    }

    private async Task<(Season Season, Episode[] Episodes)> SeriesAsync()
    {
        var title = await catalog.One.TitleAsync(published: true);
        var season = await catalog.One.SeasonAsync(title.Id);
        // The name ends in a number that the first version is after.
        season = (await catalog.One.Admin.Seasons.UpdateSeasonAsync(
            new() { Season = new() { Id = season.Id, Etag = season.Etag, Name = "Season 0" }, UpdateMask = new() { Paths = { "name" } } })).Season;
        return (season, [await catalog.One.EpisodeAsync(season.Id, 1), await catalog.One.EpisodeAsync(season.Id, 2)]);
    }

    /// <summary>All that can be read below a title, one answer a line; an error is its reason.</summary>
    private static async Task<string> BelowAsync(Clients clients, Season season, Episode[] episodes)
    {
        var reads = new List<Func<Task<object>>>
        {
            async () => await clients.Seasons.ListSeasonsAsync(new() { TitleId = season.TitleId }),
            async () => await clients.Seasons.ListEpisodesAsync(new() { SeasonId = season.Id }),
            async () => await clients.Seasons.GetSeasonAsync(new() { SeasonId = season.Id }),
        };
        reads.AddRange(episodes.Select<Episode, Func<Task<object>>>(episode => async () => await clients.Seasons.GetEpisodeAsync(new() { EpisodeId = episode.Id })));
        var answers = new List<object>();
        foreach (var read in reads)
        {
            var outcome = (await Race.OutcomesAsync(1, async _ =>
            {
                var answer = await read();
                answers.Add(answer);
                return answer;
            })).Single();
            if (outcome != "OK")
            {
                answers.Add(outcome);
            }
        }

        return string.Join('\n', answers);
    }

    private static async Task ImportAsync(Clients admin, CatalogRecord record, Season? season)
    {
        // Episodes are found by the seasons of the file.
        var lines = new StringBuilder();
        if (season is not null && record.Episode is not null)
        {
            lines.AppendLine(new CatalogRecord { Season = season }.ToString());
        }

        var import = await admin.ImportAsync(ImportFormat.JsonLines, lines.AppendLine(record.ToString()).ToString());
        Assert.Equal(0, import.RejectedCount);
    }
}
