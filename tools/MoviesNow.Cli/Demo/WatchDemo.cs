using System.Net;
using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Connection;
using MoviesNow.Delivery.V1;
using ProtectedPlayback = MoviesNow.Delivery.V1.PlaybackService.PlaybackServiceClient;
using UploadMessage = MoviesNow.Upload.V1.Upload;

namespace MoviesNow.Cli.Demo;

/// <summary>The part of the demo in which a player reads the film through the CDN.</summary>
/// <param name="connections">The services.</param>
/// <param name="http">Reads as a player does.</param>
/// <param name="console">Tells the steps.</param>
/// <param name="mediaUrl">Where the CDN is.</param>
/// <param name="cancellationToken">Stops it.</param>
internal sealed class WatchDemo(ServiceConnections connections, HttpClient http, DemoConsole console, Uri mediaUrl, CancellationToken cancellationToken)
{
    private const int Tiers = 3;

    private readonly ProtectedPlayback _playback = new(connections.Connect("delivery", identity: null));

    public async Task RunAsync(Title film, UploadMessage poster)
    {
        var grant = await console.StepAsync(
            "Ask to play the film, as the public",
            async () => (await _playback.StartPlaybackAsync(new StartPlaybackRequest { TitleId = film.Id }, cancellationToken: cancellationToken)).Grant,
            grant => $"a grant for {grant.TtlSeconds} s, for {grant.PathPrefix}");
        var segment = await console.StepAsync(
            "Read its playlist and a segment through the CDN",
            () => ReadAsync(grant),
            read => $"{Tiers} tiers; {read.Bytes:N0} bytes of {read.Key}");
        await console.StepAsync(
            "Read the segment without the grant",
            async () => await StatusAsync(new Uri(mediaUrl, segment.Key)) is HttpStatusCode.Forbidden and var status
                ? status
                : throw new CommandException("The CDN gave a segment to somebody without a grant."),
            status => $"refused, {(int)status}");
        await console.StepAsync(
            "Look at its poster",
            () => http.GetByteArrayAsync(new Uri(mediaUrl, poster.StorageKey), cancellationToken),
            picture => $"{picture.Length:N0} bytes");
    }

    private async Task<(string Key, int Bytes)> ReadAsync(PlaybackGrant grant)
    {
        var variants = await UrisAsync(new Uri(grant.PlaylistUrl));
        if (variants.Count != Tiers)
        {
            throw new CommandException($"The playlist has {variants.Count} tiers, not {Tiers}.");
        }

        var segment = (await UrisAsync(variants[0]))[0];
        var bytes = await http.GetByteArrayAsync(segment, cancellationToken);
        return (segment.AbsoluteUri[grant.MediaBaseUrl.Length..], bytes.Length);
    }

    /// <summary>The URIs of a playlist, without those in its tags.</summary>
    private async Task<List<Uri>> UrisAsync(Uri playlist)
    {
        var text = await http.GetStringAsync(playlist, cancellationToken);
        return [.. text.Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => new Uri(playlist, line))];
    }

    private async Task<HttpStatusCode> StatusAsync(Uri address)
    {
        using var answer = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return answer.StatusCode;
    }
}
