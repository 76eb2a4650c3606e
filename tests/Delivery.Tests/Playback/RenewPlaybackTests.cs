using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Delivery.Playback;
using MoviesNow.Delivery.Tests.Support;
using MoviesNow.Delivery.V1;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Delivery.Tests.Playback;

/// <summary>A session goes on with what it plays, on any replica, as long as it may.</summary>
[Collection(DeliveryTestGroup.Name)]
public sealed class RenewPlaybackTests(DeliverySystem system)
{
    [Fact]
    public async Task RenewPlayback_AnotherReplicaLater_GrantsTheSameSessionAndPrefix()
    {
        var clock = new LaterTime();
        await using var first = system.With(PlaybackSettings.Of(PlaybackProtection.SecureLink));
        await using var second = system.With(PlaybackSettings.Of(PlaybackProtection.SecureLink), clock);
        var film = await system.FilmAsync();
        var started = (await first.As(identity: null).Playback().StartPlaybackAsync(new StartPlaybackRequest { TitleId = film.TitleId })).Grant;
        clock.Ahead = TimeSpan.FromSeconds(500);

        var renewed = (await second.As(identity: null).Playback().RenewPlaybackAsync(new RenewPlaybackRequest { RenewalToken = started.RenewalToken })).Grant;

        Assert.Equal((started.SessionId, started.PathPrefix, started.RenewalExpireTime), (renewed.SessionId, renewed.PathPrefix, renewed.RenewalExpireTime));
        Assert.True(renewed.ExpireTime > started.ExpireTime);
        Assert.NotEqual(started.MediaBaseUrl, renewed.MediaBaseUrl);
        Assert.NotEqual(started.PlaylistUrl, renewed.PlaylistUrl);
    }

    [Fact]
    public async Task RenewPlayback_AnotherPackageMeanwhile_StaysWithTheOldOne()
    {
        await using var replica = system.With(PlaybackSettings.Of(PlaybackProtection.SecureLink));
        var film = await system.FilmAsync();
        var playback = replica.As(identity: null).Playback();
        var started = (await playback.StartPlaybackAsync(new StartPlaybackRequest { TitleId = film.TitleId })).Grant;
        var next = await system.PackageAsync(new AssetScope { TitleId = film.TitleId }, revision: 2);
        await Eventually.HoldsAsync(async () =>
            (await playback.StartPlaybackAsync(new StartPlaybackRequest { TitleId = film.TitleId })).Grant.PathPrefix == next.Prefix);

        var renewed = (await playback.RenewPlaybackAsync(new RenewPlaybackRequest { RenewalToken = started.RenewalToken })).Grant;

        Assert.Equal(film.Prefix, renewed.PathPrefix);
    }

    [Fact]
    public async Task RenewPlayback_SessionAtItsEnd_IsGrantedNoLonger()
    {
        var clock = new LaterTime();
        await using var replica = system.With(PlaybackSettings.Of(PlaybackProtection.SecureLink, ("MaxSessionSeconds", "3600")), clock);
        var film = await system.FilmAsync();
        var playback = replica.As(identity: null).Playback();
        var started = (await playback.StartPlaybackAsync(new StartPlaybackRequest { TitleId = film.TitleId })).Grant;
        clock.Ahead = TimeSpan.FromSeconds(3_500);

        var last = (await playback.RenewPlaybackAsync(new RenewPlaybackRequest { RenewalToken = started.RenewalToken })).Grant;

        Assert.InRange(last.TtlSeconds, 1, 101);
        Assert.Equal(started.RenewalExpireTime, last.ExpireTime);
        clock.Ahead = TimeSpan.FromSeconds(3_601);
        await RpcAssert.FailsAsync(ErrorReason.RenewalTokenInvalid, async () => await playback.RenewPlaybackAsync(new RenewPlaybackRequest { RenewalToken = last.RenewalToken }));
    }

    [Fact]
    public async Task RenewPlayback_OtherTexts_AreRefused()
    {
        await using var replica = system.With(PlaybackSettings.Of(PlaybackProtection.SecureLink));
        var film = await system.FilmAsync();
        var playback = replica.As(identity: null).Playback();
        var grant = (await playback.StartPlaybackAsync(new StartPlaybackRequest { TitleId = film.TitleId })).Grant;
        var ticket = new Uri(grant.PlaylistUrl).Segments[2].TrimEnd('/');
        var altered = $"{grant.RenewalToken[..^9]}{(grant.RenewalToken[^9] == 'A' ? 'B' : 'A')}{grant.RenewalToken[^8..]}";

        foreach (var text in (string[])[ticket, altered, grant.SessionId, new string('A', 100_000)])
        {
            await RpcAssert.FailsAsync(ErrorReason.RenewalTokenInvalid, async () => await playback.RenewPlaybackAsync(new RenewPlaybackRequest { RenewalToken = text }));
        }

        await RpcAssert.FailsOnFieldsAsync(["renewal_token"], async () => await playback.RenewPlaybackAsync(new RenewPlaybackRequest()));
    }

    [Fact]
    public async Task StartPlayback_NoCatalogue_IsUnavailable()
    {
        var settings = new Dictionary<string, string?>(PlaybackSettings.Of(PlaybackProtection.SecureLink), StringComparer.Ordinal)
        {
            ["services:catalog:grpc:0"] = "http://127.0.0.1:1",
        };
        await using var blind = system.With(settings);
        var film = await system.FilmAsync();

        await RpcAssert.FailsAsync(
            ErrorReason.DependencyUnavailable, async () => await blind.As(identity: null).Playback().StartPlaybackAsync(new StartPlaybackRequest { TitleId = film.TitleId }));
    }

    private sealed class LaterTime : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;
    }
}
