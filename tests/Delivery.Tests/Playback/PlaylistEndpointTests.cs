using System.Net;
using MoviesNow.Catalog.V1;
using MoviesNow.Delivery.Links;
using MoviesNow.Delivery.Playback;
using MoviesNow.Delivery.Tests.Support;
using MoviesNow.Delivery.V1;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Delivery.Tests.Playback;

/// <summary>The playlist, as a player reads it.</summary>
[Collection(DeliveryTestGroup.Name)]
public sealed class PlaylistEndpointTests(DeliverySystem system) : IDisposable
{
    private readonly HttpClient _player = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false });

    public void Dispose() => _player.Dispose();

    [Fact]
    public async Task Get_PlaylistOfAGrant_HasAbsoluteUrisWithTheGrant()
    {
        await using var replica = system.With(PlaybackSettings.Of(PlaybackProtection.SecureLink));
        var grant = await StartAsync(replica, await system.FilmAsync());

        using var answer = await _player.GetAsync(At(replica, grant));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/vnd.apple.mpegurl", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
        Assert.Equal("no-cache", answer.Headers.Pragma.ToString());
        var lines = (await answer.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("#EXTM3U", lines[0]);
        Assert.Equal(
            [$"{grant.MediaBaseUrl}{grant.PathPrefix}720p/index.m3u8", $"{grant.MediaBaseUrl}{grant.PathPrefix}480p/index.m3u8"],
            lines.Where(line => !line.StartsWith('#')));
    }

    [Fact]
    public async Task Head_PlaylistOfAGrant_HasTheHeadersAlone()
    {
        await using var replica = system.With(PlaybackSettings.Of(PlaybackProtection.SecureLink));
        var grant = await StartAsync(replica, await system.FilmAsync());
        using var request = new HttpRequestMessage(HttpMethod.Head, At(replica, grant));

        using var answer = await _player.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(answer.Content.Headers.ContentLength > 100);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Get_PageOfAnAllowedOrigin_MayReadIt()
    {
        await using var replica = system.With(Merge(PlaybackSettings.Of(PlaybackProtection.SecureLink), ("Cors:AllowedOrigins:0", "https://player.example")));
        var grant = await StartAsync(replica, await system.FilmAsync());

        Assert.Equal(["https://player.example"], await AllowedAsync("https://player.example"));
        Assert.Empty(await AllowedAsync("https://elsewhere.example"));

        async Task<IEnumerable<string>> AllowedAsync(string origin)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, At(replica, grant)) { Headers = { { "Origin", origin } } };
            using var answer = await _player.SendAsync(request);
            return answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? values : [];
        }
    }

    [Fact]
    public async Task Get_AlteredTicket_IsForbiddenWithoutAWord()
    {
        await using var replica = system.With(PlaybackSettings.Of(PlaybackProtection.SecureLink));
        var grant = await StartAsync(replica, await system.FilmAsync());
        var ticket = new Uri(grant.PlaylistUrl).Segments[2].TrimEnd('/');

        foreach (var other in (string[])[$"B{ticket[1..]}", ticket[..^4], grant.RenewalToken, grant.SessionId, "..%2f" + ticket])
        {
            using var answer = await _player.GetAsync(new Uri(replica.WebAddress, $"playback/{other}/index.m3u8"));
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
            Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
        }

        using var posted = await _player.PostAsync(At(replica, grant), content: null);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, posted.StatusCode);
    }

    [Fact]
    public async Task Get_ExpiredTicket_IsForbidden()
    {
        await using var replica = system.With(PlaybackSettings.Of(PlaybackProtection.SecureLink));
        await using var later = system.With(PlaybackSettings.Of(PlaybackProtection.SecureLink), new Later(TimeSpan.FromSeconds(601)));
        var grant = await StartAsync(replica, await system.FilmAsync());

        using var answer = await _player.GetAsync(At(later, grant));

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task Get_TicketOfAnotherAddress_IsForbidden()
    {
        await using var replica = system.With(PlaybackSettings.Of(PlaybackProtection.SecureLink, ("BindAddress", "true")));
        var film = await system.FilmAsync();
        var told = await StartAsync(replica, film, Identity.Service, "198.51.100.7");

        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(told));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(await StartAsync(replica, film)));

        async Task<HttpStatusCode> StatusAsync(PlaybackGrant grant)
        {
            using var answer = await _player.GetAsync(At(replica, grant));
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task Get_ArchivedMeanwhile_IsNotFound()
    {
        await using var replica = system.With(PlaybackSettings.Of(PlaybackProtection.SecureLink));
        var film = await system.FilmAsync();
        var grant = await StartAsync(replica, film);
        await system.Titles.ArchiveTitleAsync(new ArchiveTitleRequest { TitleId = film.TitleId });

        await Eventually.HoldsAsync(async () =>
        {
            using var answer = await _player.GetAsync(At(replica, grant));
            return answer.StatusCode is HttpStatusCode.NotFound;
        });
    }

    [Fact]
    public async Task Get_CloudFrontWithADomainInCommon_SetsTheCookies()
    {
        await using var replica = system.With(PlaybackSettings.Of(PlaybackProtection.CloudFront, ("CloudFront:CookieDomain", "example.com")));
        var grant = await StartAsync(replica, await system.FilmAsync());

        using var answer = await _player.GetAsync(At(replica, grant));

        var cookies = answer.Headers.GetValues("Set-Cookie").ToArray();
        Assert.Equal(3, cookies.Length);
        Assert.All(cookies, cookie => Assert.Matches("^CloudFront-(Policy|Signature|Key-Pair-Id)=[A-Za-z0-9~_-]+; expires=[^;]+; domain=example.com; path=/; secure; samesite=none; httponly$", cookie));
        var uris = (await answer.Content.ReadAsStringAsync()).Split('\n').Where(line => line.StartsWith("https://", StringComparison.Ordinal)).ToArray();
        Assert.Equal(2, uris.Length);
        Assert.All(uris, uri => Assert.Matches($@"^{PlaybackSettings.Cdn}{grant.PathPrefix}[0-9]+p/index\.m3u8\?Policy=[A-Za-z0-9~_-]+&Signature=[A-Za-z0-9~_-]+&Key-Pair-Id=K2JCJMDEHXQW5F$", uri));
    }

    private static async Task<PlaybackGrant> StartAsync(ServiceFactory<LinkTtlOptions> replica, Playable what, Identity? identity = null, string address = "") =>
        (await replica.As(identity).Playback().StartPlaybackAsync(
            new StartPlaybackRequest { TitleId = what.TitleId, EpisodeId = what.EpisodeId, ViewerAddress = address })).Grant;

    private static Uri At(ServiceFactory<LinkTtlOptions> replica, PlaybackGrant grant) => new(replica.WebAddress, new Uri(grant.PlaylistUrl).PathAndQuery);

    private static Dictionary<string, string?> Merge(Dictionary<string, string?> settings, (string Name, string Value) more) =>
        new(settings, StringComparer.Ordinal) { [more.Name] = more.Value };

    private sealed class Later(TimeSpan ahead) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + ahead;
    }
}
