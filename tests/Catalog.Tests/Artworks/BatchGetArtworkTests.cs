using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.Tests.Playback;
using MoviesNow.Catalog.V1;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Catalog.Tests.Artworks;

[Collection(CatalogTestGroup.Name)]
public sealed class BatchGetArtworkTests(CatalogFixture catalog)
{
    private readonly ArtworkService.ArtworkServiceClient _public = new(catalog.One.Public.Invoker);
    private readonly ArtworkService.ArtworkServiceClient _service = new(catalog.One.Service.Invoker);

    [Fact]
    public async Task BatchGetArtwork_TitlesAndEpisodes_HasOnePictureForEachOwnerAndKind()
    {
        var film = await PlayableTitle.MovieAsync(catalog.One);
        await film.AssetAsync(AssetKind.Poster, "de", "image/jpeg", sortOrder: 0);
        var poster = await film.AssetAsync(AssetKind.Poster, "en", "image/jpeg", isPrimary: true, sortOrder: 1);
        await film.AssetAsync(AssetKind.Backdrop, "", "image/jpeg", sortOrder: 2);
        var backdrop = await film.AssetAsync(AssetKind.Backdrop, "", "image/jpeg", sortOrder: 1);
        await film.AssetAsync(AssetKind.Logo, "", "image/jpeg", isPrimary: true);
        var bare = await PlayableTitle.MovieAsync(catalog.One);
        var series = await catalog.One.TitleAsync(published: true);
        var episode = await PlayableTitle.EpisodeAsync(catalog.One, series.Id, await catalog.One.SeasonAsync(series.Id), 1);
        var still = await episode.AssetAsync(AssetKind.Still, "", "image/jpeg");
        await episode.AssetAsync(AssetKind.Poster, "", "image/jpeg");

        var answer = await _public.BatchGetArtworkAsync(new()
        {
            TitleIds = { film.Scope.TitleId, bare.Scope.TitleId, series.Id },
            EpisodeIds = { episode.Scope.EpisodeId },
        });

        Assert.Equal(
            [(film.Scope.TitleId, "", backdrop.Id), (film.Scope.TitleId, "", poster.Id), (series.Id, episode.Scope.EpisodeId, still.Id)],
            answer.Artwork.Select(owned => (owned.TitleId, owned.EpisodeId, owned.Artwork.AssetId)));
        Assert.Equal((poster.StorageKey, "en", AssetKind.Poster, 640, 360), Told(answer.Artwork[1].Artwork));
    }

    [Fact]
    public async Task BatchGetArtwork_TitleThatThePublicMayNotSee_HasPicturesForServicesOnly()
    {
        var draft = await PlayableTitle.MovieAsync(catalog.One, published: false);
        var poster = await draft.AssetAsync(AssetKind.Poster, "", "image/jpeg");
        var request = new BatchGetArtworkRequest { TitleIds = { draft.Scope.TitleId } };

        Assert.Empty((await _public.BatchGetArtworkAsync(request)).Artwork);
        Assert.Equal(poster.Id, Assert.Single((await _service.BatchGetArtworkAsync(request)).Artwork).Artwork.AssetId);
        request.Country = "PL";
        Assert.Empty((await _service.BatchGetArtworkAsync(request)).Artwork);
    }

    [Fact]
    public async Task BatchGetArtwork_PictureDeletedOnAnotherReplica_IsGoneAtOnce()
    {
        var film = await PlayableTitle.MovieAsync(catalog.Two);
        var poster = await film.AssetAsync(AssetKind.Poster, "", "image/jpeg");
        var request = new BatchGetArtworkRequest { TitleIds = { film.Scope.TitleId } };
        Assert.Single((await _public.BatchGetArtworkAsync(request)).Artwork);

        await catalog.Two.Admin.Assets.DeleteAssetAsync(new() { AssetId = poster.Id });

        Assert.Empty((await _public.BatchGetArtworkAsync(request)).Artwork);
    }

    [Theory]
    [InlineData(0, 0, "title_ids")]
    [InlineData(200, 1, "title_ids")]
    [InlineData(-1, 0, "title_ids[0]")]
    [InlineData(0, -1, "episode_ids[0]")]
    public async Task BatchGetArtwork_NoneTooManyOrMalformedIds_AreRefused(int titles, int episodes, string field)
    {
        var request = new BatchGetArtworkRequest { TitleIds = { Ids(titles) }, EpisodeIds = { Ids(episodes) } };

        await RpcAssert.FailsOnFieldsAsync([field], async () => await _public.BatchGetArtworkAsync(request));
    }

    private static (string Key, string Language, AssetKind Kind, int Width, int Height) Told(Artwork artwork) =>
        (artwork.StorageKey, artwork.Language, artwork.Kind, artwork.Width, artwork.Height);

    /// <summary>So many ids; a malformed one when negative.</summary>
    private static IEnumerable<string> Ids(int count) =>
        count < 0 ? ["not-an-id"] : Enumerable.Range(0, count).Select(_ => Samples.NewId().ToString());
}
