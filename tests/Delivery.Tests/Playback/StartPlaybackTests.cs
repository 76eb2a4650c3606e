using System.Net;
using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Delivery.Playback;
using MoviesNow.Delivery.Tests.Support;
using MoviesNow.Delivery.V1;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Delivery.Tests.Playback;

/// <summary>Who may start to play what, and what the answer says.</summary>
[Collection(DeliveryTestGroup.Name)]
public sealed class StartPlaybackTests(DeliverySystem system)
{
    [Fact]
    public async Task StartPlayback_Film_GrantsItsPackageOnly()
    {
        await using var replica = system.With(PlaybackSettings.Of(PlaybackProtection.SecureLink));
        var film = await system.FilmAsync();
        var before = DateTimeOffset.UtcNow;

        var call = replica.As(identity: null).Playback().StartPlaybackAsync(new StartPlaybackRequest { TitleId = film.TitleId });
        var grant = (await call).Grant;

        Assert.Equal(film.Prefix, grant.PathPrefix);
        Assert.Equal(GrantForm.SecureLink, grant.Form);
        Assert.Matches($@"^{PlaybackSettings.Cdn}k1\.[0-9]+\.any\.3\.[A-Za-z0-9_-]{{22}}/$", grant.MediaBaseUrl);
        Assert.Matches($@"^{PlaybackSettings.Public}playback/[A-Za-z0-9_-]+/index\.m3u8$", grant.PlaylistUrl);
        Assert.Equal(600, grant.TtlSeconds);
        Assert.InRange(grant.ExpireTime.ToDateTimeOffset(), before.AddSeconds(599), DateTimeOffset.UtcNow.AddSeconds(600));
        Assert.Equal(400, (grant.RenewTime.ToDateTimeOffset() - grant.ExpireTime.ToDateTimeOffset().AddSeconds(-600)).TotalSeconds);
        Assert.InRange(grant.RenewalExpireTime.ToDateTimeOffset(), before.AddSeconds(43_199), DateTimeOffset.UtcNow.AddSeconds(43_200));
        Assert.True(Guid.TryParseExact(grant.SessionId, "D", out _));
        Assert.Empty(grant.Cookies);
        var headers = await call.ResponseHeadersAsync;
        Assert.Equal("no-store", headers.GetValue("cache-control"));
        Assert.Equal("no-cache", headers.GetValue("pragma"));
    }

    [Fact]
    public async Task StartPlayback_Episode_GrantsItsPackageOnly()
    {
        await using var replica = system.With(PlaybackSettings.Of(PlaybackProtection.CommonAccessToken));
        var episode = await system.EpisodeAsync();
        var playback = replica.As(identity: null).Playback();

        var grant = (await playback.StartPlaybackAsync(new StartPlaybackRequest { TitleId = episode.TitleId, EpisodeId = episode.EpisodeId })).Grant;

        Assert.Equal(episode.Prefix, grant.PathPrefix);
        Assert.Equal(GrantForm.CommonAccessToken, grant.Form);
        var token = grant.MediaBaseUrl[PlaybackSettings.Cdn.Length..].TrimEnd('/');
        var verifier = new CommonAccessTokenVerifier("moviesnow", new Dictionary<string, object>(StringComparer.Ordinal) { ["hs-1"] = Convert.FromBase64String(PlaybackSettings.HmacKey) });
        Assert.Null(verifier.Refusal(token, $"/media/{episode.Prefix}480p/index.m3u8", IPAddress.Loopback, DateTimeOffset.UtcNow));
        Assert.Equal("path", verifier.Refusal(token, $"/media/hls/{episode.TitleId}/{Guid.NewGuid()}/480p/index.m3u8", IPAddress.Loopback, DateTimeOffset.UtcNow));
        await RpcAssert.FailsOnFieldsAsync(["episode_id"], async () => await playback.StartPlaybackAsync(new StartPlaybackRequest { TitleId = episode.TitleId }));
        await RpcAssert.FailsAsync(
            ErrorReason.EpisodeNotFound,
            async () => await playback.StartPlaybackAsync(new StartPlaybackRequest { TitleId = episode.TitleId, EpisodeId = Guid.NewGuid().ToString() }));
    }

    [Fact]
    public async Task StartPlayback_CloudFront_GivesCookiesAndAQuery()
    {
        await using var replica = system.With(PlaybackSettings.Of(PlaybackProtection.CloudFront));
        var film = await system.FilmAsync();

        var grant = (await replica.As(identity: null).Playback().StartPlaybackAsync(new StartPlaybackRequest { TitleId = film.TitleId })).Grant;

        Assert.Equal(PlaybackSettings.Cdn, grant.MediaBaseUrl);
        Assert.Equal(["CloudFront-Policy", "CloudFront-Signature", "CloudFront-Key-Pair-Id"], grant.Cookies.Select(cookie => cookie.Name));
        Assert.Matches("^Policy=[A-Za-z0-9~_-]+&Signature=[A-Za-z0-9~_-]+&Key-Pair-Id=K2JCJMDEHXQW5F$", grant.UrlQuery);
    }

    [Theory]
    [InlineData(0, 600)]
    [InlineData(1, 60)]
    [InlineData(61, 61)]
    [InlineData(int.MaxValue, 3_600)]
    public async Task StartPlayback_AskedTime_IsClamped(int asked, int granted)
    {
        await using var replica = system.With(PlaybackSettings.Of(PlaybackProtection.SecureLink));
        var film = await system.FilmAsync();

        var answer = await replica.As(identity: null).Playback().StartPlaybackAsync(new StartPlaybackRequest { TitleId = film.TitleId, TtlSeconds = asked });

        Assert.Equal(granted, answer.Grant.TtlSeconds);
    }

    [Fact]
    public async Task StartPlayback_NothingConfigured_IsRefusedAndSaysSo()
    {
        var film = await system.FilmAsync();
        var playback = system.As(identity: null).Playback();

        await RpcAssert.FailsAsync(ErrorReason.PlaybackProtectionNotConfigured, async () => await playback.StartPlaybackAsync(new StartPlaybackRequest { TitleId = film.TitleId }));
        await RpcAssert.FailsAsync(ErrorReason.PlaybackProtectionNotConfigured, async () => await playback.RenewPlaybackAsync(new RenewPlaybackRequest { RenewalToken = "x" }));
    }

    [Fact]
    public async Task StartPlayback_BadFields_AreAllNamed()
    {
        await using var replica = system.With(PlaybackSettings.Of(PlaybackProtection.SecureLink));

        await RpcAssert.FailsOnFieldsAsync(
            ["title_id", "episode_id", "ttl_seconds", "country", "viewer_address"],
            async () => await replica.As(identity: null).Playback().StartPlaybackAsync(
                new StartPlaybackRequest { TitleId = "x", EpisodeId = "y", TtlSeconds = -1, Country = "UK", ViewerAddress = "fe80::1%eth0" }));
    }

    [Fact]
    public async Task StartPlayback_NotPublishedOrNotAvailable_ThePublicLearnsNothing()
    {
        await using var replica = system.With(PlaybackSettings.Of(PlaybackProtection.SecureLink));
        var only = new Availability { CountryRule = CountryRule.Include, Countries = { "NO" } };
        var (draft, elsewhere) = (await system.FilmAsync(isPublished: false), await system.FilmAsync(only));

        foreach (var titleId in (string[])[draft.TitleId, elsewhere.TitleId])
        {
            await RpcAssert.FailsAsync(ErrorReason.TitleNotFound, () => StartAsync(identity: null, titleId));
            await RpcAssert.FailsAsync(ErrorReason.TitleNotFound, () => StartAsync(Identity.Viewer, titleId));
            await RpcAssert.FailsAsync(ErrorReason.NotAvailable, () => StartAsync(Identity.Service, titleId));
            await RpcAssert.FailsAsync(ErrorReason.NotAvailable, () => StartAsync(Identity.Admin, titleId));
        }

        await RpcAssert.FailsAsync(ErrorReason.TitleNotFound, () => StartAsync(identity: null, elsewhere.TitleId, "NO"));
        await RpcAssert.FailsAsync(ErrorReason.TitleNotFound, () => StartAsync(Identity.Viewer, elsewhere.TitleId, "NO"));
        await RpcAssert.FailsAsync(ErrorReason.TitleNotFound, () => StartAsync(identity: null, Guid.NewGuid().ToString()));
        await StartAsync(Identity.Service, elsewhere.TitleId, "NO");

        async Task StartAsync(Identity? identity, string titleId, string country = "") =>
            await replica.As(identity).Playback().StartPlaybackAsync(new StartPlaybackRequest { TitleId = titleId, Country = country });
    }

    [Fact]
    public async Task StartPlayback_Archived_IsRefusedAfterASecond()
    {
        await using var replica = system.With(PlaybackSettings.Of(PlaybackProtection.SecureLink));
        var film = await system.FilmAsync();
        var playback = replica.As(identity: null).Playback();
        var started = (await playback.StartPlaybackAsync(new StartPlaybackRequest { TitleId = film.TitleId })).Grant;
        await system.Titles.ArchiveTitleAsync(new ArchiveTitleRequest { TitleId = film.TitleId });

        await Eventually.HoldsAsync(async () => await ReasonAsync(() => playback.StartPlaybackAsync(new StartPlaybackRequest { TitleId = film.TitleId })) is "TITLE_NOT_FOUND");

        Assert.Equal("TITLE_NOT_FOUND", await ReasonAsync(() => playback.RenewPlaybackAsync(new RenewPlaybackRequest { RenewalToken = started.RenewalToken })));
    }

    [Fact]
    public async Task StartPlayback_BoundToAddresses_TakesTheConnectionsOrWhatAServiceTells()
    {
        await using var replica = system.With(PlaybackSettings.Of(PlaybackProtection.SecureLink, ("BindAddress", "true")));
        var film = await system.FilmAsync();

        var own = await StartAsync(identity: null, "198.51.100.7");
        var told = await StartAsync(Identity.Service, "198.51.100.7");

        Assert.Contains(".ip.", own.MediaBaseUrl, StringComparison.Ordinal);
        Assert.Equal(Expected(own, "127.0.0.1"), own.MediaBaseUrl);
        Assert.Equal(Expected(told, "198.51.100.7"), told.MediaBaseUrl);
        await RpcAssert.FailsOnFieldsAsync(["viewer_address"], () => StartAsync(Identity.Service, ""));

        async Task<PlaybackGrant> StartAsync(Identity? identity, string address) =>
            (await replica.As(identity).Playback().StartPlaybackAsync(new StartPlaybackRequest { TitleId = film.TitleId, ViewerAddress = address })).Grant;

        string Expected(PlaybackGrant grant, string address)
        {
            var options = new SecureLinkOptions { SigningKeyId = "k1" };
            options.Keys["k1"] = PlaybackSettings.Secret;
            var claims = new Delivery.Playback.Signing.GrantClaims(film.Prefix, default, grant.ExpireTime.ToDateTimeOffset(), IPAddress.Parse(address), Guid.Empty);
            return $"{PlaybackSettings.Cdn}{new Delivery.Playback.Signing.SecureLinkSigner(options).Sign(claims).PathSegment}/";
        }
    }

    private static async Task<string> ReasonAsync<T>(Func<AsyncUnaryCall<T>> call)
    {
        try
        {
            await call();
            return "";
        }
        catch (RpcException refused)
        {
            return ServiceDefaults.Errors.RpcErrors.InfoOf(refused)!.Reason;
        }
    }
}
