using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Catalog.Tests.Titles;

/// <summary>A series with a season, an episode and an asset of each, deleted from above and from below.</summary>
[Collection(CatalogTestGroup.Name)]
public sealed class CascadingDeleteTests(CatalogFixture catalog)
{
    private Clients Admin => catalog.One.Admin;

    [Fact]
    public async Task DeleteTitle_WithMedia_IsRefusedUnlessItCascades()
    {
        var (season, episode) = await SeriesAsync();
        await RpcAssert.FailsAsync(ErrorReason.InUse, async () => await Admin.Titles.DeleteTitleAsync(new() { TitleId = season.TitleId }));
        await RpcAssert.FailsAsync(
            ErrorReason.EtagMismatch, async () => await Admin.Titles.DeleteTitleAsync(new() { TitleId = season.TitleId, Etag = "77", Cascade = true }));
        Assert.Equal(3, await AssetsAsync(season.TitleId));

        await Admin.Titles.DeleteTitleAsync(new() { TitleId = season.TitleId, Cascade = true });

        await RpcAssert.FailsAsync(ErrorReason.TitleNotFound, async () => await Admin.Titles.GetTitleAsync(new() { TitleId = season.TitleId }));
        await RpcAssert.FailsAsync(ErrorReason.EpisodeNotFound, async () => await Admin.Seasons.GetEpisodeAsync(new() { EpisodeId = episode.Id }));
        Assert.Equal(0, await AssetsAsync(season.TitleId));
    }

    [Fact]
    public async Task DeleteSeason_WithMedia_IsRefusedUnlessItCascades()
    {
        var (season, episode) = await SeriesAsync();
        await RpcAssert.FailsAsync(ErrorReason.InUse, async () => await Admin.Seasons.DeleteSeasonAsync(new() { SeasonId = season.Id }));

        await Admin.Seasons.DeleteSeasonAsync(new() { SeasonId = season.Id, Cascade = true });

        await RpcAssert.FailsAsync(ErrorReason.EpisodeNotFound, async () => await Admin.Seasons.GetEpisodeAsync(new() { EpisodeId = episode.Id }));
        Assert.Equal(1, await AssetsAsync(season.TitleId));
    }

    [Fact]
    public async Task DeleteEpisode_WithMedia_IsRefusedUnlessItCascades()
    {
        var (season, episode) = await SeriesAsync();
        await RpcAssert.FailsAsync(ErrorReason.InUse, async () => await Admin.Seasons.DeleteEpisodeAsync(new() { EpisodeId = episode.Id }));

        await Admin.Seasons.DeleteEpisodeAsync(new() { EpisodeId = episode.Id, Cascade = true });

        Assert.Equal(2, await AssetsAsync(season.TitleId));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DeleteTitle_ThatIsPublished_IsRefused(bool cascade)
    {
        var (season, _) = await SeriesAsync();
        await Admin.Titles.PublishTitleAsync(new() { TitleId = season.TitleId });

        await RpcAssert.FailsAsync(ErrorReason.InvalidState, async () => await Admin.Titles.DeleteTitleAsync(new() { TitleId = season.TitleId, Cascade = cascade }));
        Assert.Equal(3, await AssetsAsync(season.TitleId));

        await Admin.Titles.ArchiveTitleAsync(new() { TitleId = season.TitleId });
        await Admin.Titles.DeleteTitleAsync(new() { TitleId = season.TitleId, Cascade = true });
    }

    [Fact]
    public async Task DeleteTitle_WithABundle_IsInUseEvenWhenItCascades()
    {
        var (season, _) = await SeriesAsync();
        await catalog.One.BundleAsync(Samples.SeasonBundle(season.TitleId), BundleState.Pending);

        await RpcAssert.FailsAsync(ErrorReason.InUse, async () => await Admin.Titles.DeleteTitleAsync(new() { TitleId = season.TitleId, Cascade = true }));
        Assert.Equal(3, await AssetsAsync(season.TitleId));
    }

    private async Task<(Season Season, Episode Episode)> SeriesAsync()
    {
        var title = await catalog.One.TitleAsync();
        var season = await catalog.One.SeasonAsync(title.Id);
        var episode = await catalog.One.EpisodeAsync(season.Id);
        await PosterAsync(new() { TitleId = title.Id }, $"artwork/title/{title.Id}/poster.jpg");
        await PosterAsync(new() { TitleId = title.Id, SeasonId = season.Id }, $"artwork/title/{title.Id}/season.jpg");
        await PosterAsync(new() { TitleId = title.Id, SeasonId = season.Id, EpisodeId = episode.Id }, $"artwork/title/{title.Id}/{episode.Id}/still.jpg");
        return (season, episode);
    }

    private async Task PosterAsync(AssetScope scope, string key) => await catalog.One.Service.Assets.RecordAssetAsync(
        new() { Scope = scope, Kind = AssetKind.Poster, StorageKey = key, MimeType = "image/jpeg" });

    private async Task<int> AssetsAsync(string titleId)
    {
        await using var command = catalog.Database.CreateCommand($"SELECT count(*)::int FROM asset WHERE title_id = '{titleId}'");
        return (int)(await command.ExecuteScalarAsync())!;
    }
}
