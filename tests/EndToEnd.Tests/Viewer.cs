using System.Net;
using Grpc.Net.Client;
using MoviesNow.Catalog.V1;
using MoviesNow.Delivery.V1;
using ProtectedPlayback = MoviesNow.Delivery.V1.PlaybackService.PlaybackServiceClient;

namespace MoviesNow.EndToEnd.Tests;

/// <summary>Somebody without an account who watches the demo's film.</summary>
/// <param name="catalog">Way to the catalogue.</param>
/// <param name="delivery">Way to Delivery.</param>
/// <param name="mediaUrl">Where the CDN is.</param>
internal sealed class Viewer(GrpcChannel catalog, GrpcChannel delivery, Uri mediaUrl)
{
    public async Task WatchAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        var titles = await new TitleService.TitleServiceClient(catalog).ListTitlesAsync(new ListTitlesRequest(), cancellationToken: cancellationToken);
        var film = Assert.Single(titles.Titles, title => title.Kind is TitleKind.Movie);
        var start = new StartPlaybackRequest { TitleId = film.Id };
        var grant = (await new ProtectedPlayback(delivery).StartPlaybackAsync(start, cancellationToken: cancellationToken)).Grant;

        Assert.StartsWith(mediaUrl.AbsoluteUri, grant.MediaBaseUrl, StringComparison.Ordinal);
        var tiers = await UrisAsync(new Uri(grant.PlaylistUrl));
        Assert.Equal(3, tiers.Length);
        var segment = (await UrisAsync(tiers[0]))[0];
        var key = segment.AbsoluteUri[grant.MediaBaseUrl.Length..];
        Assert.StartsWith(grant.PathPrefix, key, StringComparison.Ordinal);
        Assert.NotEmpty(await http.GetByteArrayAsync(segment, cancellationToken));
        using var refused = await http.GetAsync(new Uri(mediaUrl, key), cancellationToken);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        await LookAtPosterAsync(film, http, cancellationToken);

        async Task<Uri[]> UrisAsync(Uri playlist) =>
        [
            .. (await http.GetStringAsync(playlist, cancellationToken)).Split('\n')
                .Where(line => line.Length > 0 && line[0] != '#')
                .Select(line => new Uri(playlist, line)),
        ];
    }

    private async Task LookAtPosterAsync(Title film, HttpClient http, CancellationToken cancellationToken)
    {
        var playback = await new Catalog.V1.PlaybackService.PlaybackServiceClient(catalog)
            .GetPlaybackAsync(new GetPlaybackRequest { TitleId = film.Id }, cancellationToken: cancellationToken);
        var poster = Assert.Single(playback.Artwork, asset => asset.Kind is AssetKind.Poster);
        using var answer = await http.GetAsync(new Uri(mediaUrl, poster.StorageKey), cancellationToken);
        Assert.Equal("image/png", answer.Content.Headers.ContentType?.ToString());
    }
}
