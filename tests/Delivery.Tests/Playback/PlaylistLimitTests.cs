using System.Globalization;
using System.Net;
using MoviesNow.Delivery.Links;
using MoviesNow.Delivery.Playback;
using MoviesNow.Delivery.Tests.Support;
using MoviesNow.Delivery.V1;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Delivery.Tests.Playback;

/// <summary>How often an address may read playlists.</summary>
[Collection(DeliveryTestGroup.Name)]
public sealed class PlaylistLimitTests(DeliverySystem system) : IDisposable
{
    /// <summary>One a minute, for an hour: it takes a minute until another comes back.</summary>
    private const int Permits = 60;

    private static readonly Dictionary<string, string?> Settings = PlaybackSettings.Of(PlaybackProtection.SecureLink).Concat(new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["RateLimits:Enabled"] = "true",
        ["RateLimits:RedisTimeout"] = "00:00:02",
        ["RateLimits:PeoplePerAddress"] = "1",
        ["RateLimits:Methods:PlaylistEndpoint.Get:PermitsPerMinute"] = "1",
        ["RateLimits:Methods:PlaylistEndpoint.Get:Window"] = "01:00:00",
    }).ToDictionary(StringComparer.Ordinal);

    private readonly HttpClient _player = new(new SocketsHttpHandler { UseProxy = false });

    public void Dispose() => _player.Dispose();

    [Fact]
    public async Task Get_OverTheLimitOfAnAddress_IsRefusedByEveryReplica()
    {
        await using var one = system.With(Settings);
        await using var other = system.With(Settings);
        var grant = await StartAsync(one);
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < Permits + 2; i++)
        {
            using var answer = await GetAsync(i % 2 == 0 ? one : other, grant, "203.0.113.31");
            statuses.Add(answer.StatusCode);
            Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
        }

        Assert.Equal([.. Enumerable.Repeat(HttpStatusCode.OK, Permits), HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests], statuses);
        using var refused = await GetAsync(one, grant, "203.0.113.31");
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        Assert.Equal("no-cache", refused.Headers.Pragma.ToString());
        Assert.Empty(await refused.Content.ReadAsByteArrayAsync());
        using var neighbour = await GetAsync(one, grant, "203.0.113.32");
        Assert.Equal(HttpStatusCode.OK, neighbour.StatusCode);
    }

    [Fact]
    public async Task Get_TicketsThatAreNotOurs_CostTheAddressNothing()
    {
        await using var replica = system.With(Settings);
        var grant = await StartAsync(replica);
        for (var i = 0; i < Permits + 2; i++)
        {
            using var made = await GetAsync(replica, new Uri(replica.WebAddress, $"playback/{i.ToString(CultureInfo.InvariantCulture)}/index.m3u8"), "203.0.113.33");
            Assert.Equal(HttpStatusCode.Forbidden, made.StatusCode);
        }

        using var answer = await GetAsync(replica, grant, "203.0.113.33");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Get_WithSomeApiKey_HasNoLimitOfItsOwn()
    {
        await using var replica = system.With(Settings.Append(new("Auth:ApiKeys:0", "0123456789abcdef-public-key")).ToDictionary(StringComparer.Ordinal));
        var grant = (await replica.As(Identity.Service).Playback().StartPlaybackAsync(new StartPlaybackRequest { TitleId = (await system.FilmAsync()).TitleId })).Grant;
        var last = HttpStatusCode.OK;
        for (var i = 0; i <= Permits; i++)
        {
            using var answer = await GetAsync(replica, At(replica, grant), "203.0.113.34", ("x-api-key", $"made-up-{i.ToString(CultureInfo.InvariantCulture)}"));
            last = answer.StatusCode;
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, last);
    }

    private async Task<PlaybackGrant> StartAsync(ServiceFactory<LinkTtlOptions> replica) =>
        (await replica.As(identity: null).Playback().StartPlaybackAsync(new StartPlaybackRequest { TitleId = (await system.FilmAsync()).TitleId })).Grant;

    private static Uri At(ServiceFactory<LinkTtlOptions> replica, PlaybackGrant grant) => new(replica.WebAddress, new Uri(grant.PlaylistUrl).PathAndQuery);

    private Task<HttpResponseMessage> GetAsync(ServiceFactory<LinkTtlOptions> replica, PlaybackGrant grant, string client) => GetAsync(replica, At(replica, grant), client);

    private async Task<HttpResponseMessage> GetAsync(ServiceFactory<LinkTtlOptions> replica, Uri address, string client, params (string Name, string Value)[] headers)
    {
        Assert.Equal(replica.WebAddress.Port, address.Port);
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { { "X-Forwarded-For", client } } };
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return await _player.SendAsync(request);
    }
}
