using Google.Protobuf.WellKnownTypes;
using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Catalog.Tests.Playback;

[Collection(CatalogTestGroup.Name)]
public sealed class GetPlaybackTests(CatalogFixture catalog)
{
    private const string SubtitlePlaylist = "application/vnd.apple.mpegurl";

    private readonly PlaybackService.PlaybackServiceClient _public = new(catalog.One.Public.Invoker);
    private readonly PlaybackService.PlaybackServiceClient _admin = new(catalog.One.Admin.Invoker);
    private readonly PlaybackService.PlaybackServiceClient _service = new(catalog.Two.Service.Invoker);

    [Fact]
    public async Task GetPlayback_FilmWithALadder_GivesAllThatAPlayerNeeds()
    {
        var film = await PlayableTitle.MovieAsync(catalog.One);
        var video = await film.AssetAsync(AssetKind.Video, isPrimary: true);
        await film.LadderAsync(video, change: null, "en", "de");
        var subtitles = await film.AssetAsync(AssetKind.Subtitle, "en", SubtitlePlaylist, isPrimary: true);
        await film.AssetAsync(AssetKind.Caption, "de", "text/vtt", isPrimary: true);
        var backdrop = await film.AssetAsync(AssetKind.Backdrop, "", "image/jpeg");
        var poster = await film.AssetAsync(AssetKind.Poster, "en", "image/jpeg");

        var playback = await _public.GetPlaybackAsync(film.Request());

        Assert.Equal([QualityTier.P1080, QualityTier.P720, QualityTier.P480], playback.Variants.Select(variant => variant.Tier));
        Assert.Equal(["English True", "Deutsch False"], playback.AudioTracks.Select(track => $"{track.Name} {track.IsDefault}"));
        Assert.All(playback.AudioTracks, track => Assert.Equal((AudioCodec.Aac, 2), (track.Codec, track.Channels)));
        Assert.Equal(["de Caption False", "en Subtitle True"], playback.Subtitles.Select(text => $"{text.Language} {text.Kind} {text.IsDefault}"));
        Assert.Equal(subtitles.StorageKey, playback.Subtitles[1].StorageKey);
        Assert.Equal([poster.Id, backdrop.Id], playback.Artwork.Select(picture => picture.AssetId));
        Assert.Equal((640, 360), (playback.Artwork[0].Width, playback.Artwork[0].Height));
        Assert.Empty(playback.Drm);
        Assert.Equal($"hls/{film.Scope.TitleId}/", playback.PlaylistFolder);
        var playlist = PlaylistReader.Read(playback.HlsPlaylist);
        Assert.Equal(playback.Variants.Select(variant => variant.StorageKey), playlist.Streams.Select(stream => playback.PlaylistFolder + stream.Uri));
        Assert.Equal(["AUDIO", "AUDIO", "SUBTITLES"], playlist.Media.Select(media => media["TYPE"]));
    }

    [Fact]
    public async Task GetPlayback_SameRowsOnAnotherReplica_GivesTheSameBytes()
    {
        var film = await PlayableTitle.MovieAsync(catalog.One);
        await film.LadderAsync(await film.AssetAsync(AssetKind.Video), change: null, "en", "de", "fr");

        Assert.Equal(await _public.GetPlaybackAsync(film.Request()), await _service.GetPlaybackAsync(film.Request()));
    }

    [Fact]
    public async Task GetPlayback_Episode_TakesOnlyWhatBelongsToIt()
    {
        var series = await catalog.One.TitleAsync(published: true);
        var season = await catalog.One.SeasonAsync(series.Id);
        var first = await PlayableTitle.EpisodeAsync(catalog.One, series.Id, season, 1);
        var second = await PlayableTitle.EpisodeAsync(catalog.One, series.Id, season, 2);
        await new PlayableTitle(catalog.One, new() { TitleId = series.Id }).AssetAsync(AssetKind.Poster, "", "image/jpeg");
        await second.AssetAsync(AssetKind.Still, "", "image/jpeg");
        var still = await first.AssetAsync(AssetKind.Still, "", "image/jpeg");
        await first.LadderAsync(await first.AssetAsync(AssetKind.Video), change: null, "en");

        var playback = await _public.GetPlaybackAsync(first.Request());

        Assert.Equal($"hls/{series.Id}/{first.Scope.EpisodeId}/", playback.PlaylistFolder);
        Assert.Equal([still.Id], playback.Artwork.Select(picture => picture.AssetId));
        Assert.Equal(3, playback.Variants.Count);
        await RpcAssert.FailsAsync(ErrorReason.AssetNotFound, async () => await _public.GetPlaybackAsync(second.Request()));
    }

    [Fact]
    public async Task GetPlayback_SeveralVideos_TakesThePrimaryOneElseTheFirst()
    {
        var film = await PlayableTitle.MovieAsync(catalog.One);
        var later = await film.AssetAsync(AssetKind.Video, sortOrder: 2);
        var first = await film.AssetAsync(AssetKind.Video, sortOrder: 1);
        await film.LadderAsync(later);
        var expected = await film.LadderAsync(first);
        Assert.Equal(Ids(expected), Ids((await _public.GetPlaybackAsync(film.Request())).Variants));

        var primary = await film.AssetAsync(AssetKind.Video, isPrimary: true, sortOrder: 3);
        expected = await film.LadderAsync(primary);

        Assert.Equal(Ids(expected), Ids((await _public.GetPlaybackAsync(film.Request())).Variants));
    }

    [Fact]
    public async Task GetPlayback_EncryptedLadder_TellsEachKeyOnce()
    {
        var film = await PlayableTitle.MovieAsync(catalog.One);
        var video = await film.AssetAsync(AssetKind.Video);
        await film.LadderAsync(video, PlaylistRows.Encrypted(DrmSystem.Widevine, EncryptionScheme.Cbcs), "en", "de");

        var playback = await _public.GetPlaybackAsync(film.Request());

        Assert.Equal(new DrmDescriptor { System = DrmSystem.Widevine, KeyId = PlaylistRows.KeyId }, Assert.Single(playback.Drm));
        Assert.Single(PlaylistReader.Read(playback.HlsPlaylist).Keys);
    }

    [Fact]
    public async Task GetPlayback_MuxedLadder_TellsOneTrackOfAllTiers()
    {
        var film = await PlayableTitle.MovieAsync(catalog.One);
        var video = await film.AssetAsync(AssetKind.Video);
        foreach (var variant in PlaylistRows.MuxedLadder())
        {
            await film.CreateAsync(video, variant);
        }

        var playback = await _public.GetPlaybackAsync(film.Request());

        var track = Assert.Single(playback.AudioTracks);
        Assert.Equal(playback.Variants.Select(variant => variant.Id), track.VariantIds);
        Assert.Equal(("English", "en", true), (track.Name, track.Language, track.IsDefault));
    }

    [Fact]
    public async Task GetPlayback_AudioOnlyTitle_HasNoVariantsButAPlaylist()
    {
        var film = await PlayableTitle.MovieAsync(catalog.One);
        await film.CreateAsync(await film.AssetAsync(AssetKind.Video), PlaylistRows.Audio("en"));

        var playback = await _public.GetPlaybackAsync(film.Request());

        Assert.Empty(playback.Variants);
        Assert.Single(playback.AudioTracks);
        Assert.Single(PlaylistReader.Read(playback.HlsPlaylist).Streams);
    }

    [Fact]
    public async Task GetPlayback_TitleThatIsNotAvailable_IsNotFoundForThePublicAndToldToOthers()
    {
        var now = DateTimeOffset.UtcNow;
        var draft = await PlayableTitle.MovieAsync(catalog.One, published: false);
        await ExpectHiddenAsync(draft.Request());
        foreach (var availability in new[]
        {
            new Availability { From = now.AddHours(1).ToTimestamp() },
            new Availability { Until = now.AddHours(-1).ToTimestamp() },
            new Availability { CountryRule = CountryRule.Include, Countries = { "DE" } },
            new Availability { CountryRule = CountryRule.Exclude, Countries = { "AT" } },
        })
        {
            var title = (await catalog.One.Admin.Titles.CreateTitleAsync(new() { Kind = TitleKind.Movie, Name = "Shut", Availability = availability })).Title;
            await catalog.One.Admin.Titles.PublishTitleAsync(new() { TitleId = title.Id });
            await ExpectHiddenAsync(new() { TitleId = title.Id, Country = "AT" });
        }

        async Task ExpectHiddenAsync(GetPlaybackRequest request)
        {
            await RpcAssert.FailsAsync(ErrorReason.TitleNotFound, async () => await _public.GetPlaybackAsync(request));
            await RpcAssert.FailsAsync(ErrorReason.NotAvailable, async () => await _admin.GetPlaybackAsync(request));
            await RpcAssert.FailsAsync(ErrorReason.NotAvailable, async () => await _service.GetPlaybackAsync(request));
        }
    }

    [Fact]
    public async Task GetPlayback_CountryList_CountsForTheCountryThatAProxyTells()
    {
        await using var replica = catalog.BehindAProxy();
        var film = await PlayableTitle.MovieAsync(replica);
        await film.LadderAsync(await film.AssetAsync(AssetKind.Video));
        await film.RestrictAsync(new Availability { CountryRule = CountryRule.Exclude, Countries = { "DE" } });
        var request = film.Request("NO");

        Assert.NotEmpty((await Playback(replica.PublicFrom("NO")).GetPlaybackAsync(request)).Variants);
        Assert.NotEmpty((await Playback(replica.Service).GetPlaybackAsync(request)).Variants);
        foreach (var clients in new[] { replica.PublicFrom("DE"), replica.PublicFrom("XX"), replica.PublicFrom("T1"), replica.Public, catalog.One.PublicFrom("NO") })
        {
            // Whatever the caller claims.
            await RpcAssert.FailsAsync(ErrorReason.TitleNotFound, async () => await Playback(clients).GetPlaybackAsync(request));
        }

        await RpcAssert.FailsAsync(ErrorReason.NotAvailable, async () => await Playback(replica.Service).GetPlaybackAsync(film.Request("XX")));
    }

    [Fact]
    public async Task GetPlayback_WhatIsNotThere_IsNamed()
    {
        var film = await PlayableTitle.MovieAsync(catalog.One);
        var series = await catalog.One.TitleAsync(published: true);
        var unknown = Samples.NewId().ToString();

        await RpcAssert.FailsAsync(ErrorReason.TitleNotFound, async () => await _public.GetPlaybackAsync(new() { TitleId = unknown }));
        await RpcAssert.FailsAsync(ErrorReason.TitleNotFound, async () => await _admin.GetPlaybackAsync(new() { TitleId = unknown }));
        await RpcAssert.FailsAsync(ErrorReason.EpisodeNotFound, async () => await _public.GetPlaybackAsync(new() { TitleId = series.Id, EpisodeId = unknown }));
        await RpcAssert.FailsAsync(ErrorReason.AssetNotFound, async () => await _public.GetPlaybackAsync(film.Request()));
        var video = await film.AssetAsync(AssetKind.Video);
        await RpcAssert.FailsAsync(ErrorReason.VariantNotFound, async () => await _public.GetPlaybackAsync(film.Request()));
        // A rendition that is for keeping offline is none that can be streamed.
        await film.CreateAsync(video, PlaylistRows.Ladder(variant => (variant.IsStreamable, variant.IsDownloadable) = (false, true))[0]);
        await RpcAssert.FailsAsync(ErrorReason.VariantNotFound, async () => await _public.GetPlaybackAsync(film.Request()));
    }

    [Fact]
    public async Task GetPlayback_KindAndEpisodeThatDoNotFit_AreRefused()
    {
        var film = await PlayableTitle.MovieAsync(catalog.One);
        var series = await catalog.One.TitleAsync(published: true);

        await RpcAssert.FailsOnFieldsAsync(["episode_id"], async () => await _public.GetPlaybackAsync(new() { TitleId = series.Id }));
        await RpcAssert.FailsOnFieldsAsync(["episode_id"], async () => await _public.GetPlaybackAsync(new() { TitleId = film.Scope.TitleId, EpisodeId = Samples.NewId().ToString() }));
    }

    [Theory]
    [InlineData("https://cdn.example/", true)]
    [InlineData("http://127.0.0.1:8080/a/b%20c/", true)]
    [InlineData("https://[::1]/", true)]
    [InlineData("https://cdn.example", false)]
    [InlineData("/media/", false)]
    [InlineData("//cdn.example/", false)]
    [InlineData("file:///etc/", false)]
    [InlineData("javascript:alert(1)//", false)]
    [InlineData("https://cdn.example/?a=/", false)]
    [InlineData("https://cdn.example/#/", false)]
    [InlineData("https://user:secret@cdn.example/", false)]
    [InlineData("https://cdn.example/\"/", false)]
    [InlineData("https://cdn.example/\n/", false)]
    [InlineData("https://cdn.example/ü/", false)]
    [InlineData("https:///", false)]
    public async Task GetPlayback_BaseUri_IsTheBeginningOfAllUris(string baseUri, bool isValid)
    {
        var film = await PlayableTitle.MovieAsync(catalog.One);
        await film.LadderAsync(await film.AssetAsync(AssetKind.Video), change: null, "en");
        var request = film.Request();
        request.BaseUri = baseUri;
        if (!isValid)
        {
            await RpcAssert.FailsOnFieldsAsync(["base_uri"], async () => await _public.GetPlaybackAsync(request));
            return;
        }

        var playback = await _public.GetPlaybackAsync(request);

        var playlist = PlaylistReader.Read(playback.HlsPlaylist);
        Assert.Equal(playback.Variants.Select(variant => baseUri + variant.StorageKey), playlist.Streams.Select(stream => stream.Uri));
        Assert.All(playlist.Media, media => Assert.StartsWith($"\"{baseUri}hls/", media["URI"], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(500, true)]
    [InlineData(501, false)]
    public async Task GetPlayback_BaseUriAtTheLimit_IsTakenAndAboveItRefused(int length, bool isValid)
    {
        var film = await PlayableTitle.MovieAsync(catalog.One);
        var request = film.Request();
        request.BaseUri = "https://cdn.example/".PadRight(length - 1, 'a') + "/";

        var call = async () => await _public.GetPlaybackAsync(request);
        await (isValid ? RpcAssert.FailsAsync(ErrorReason.AssetNotFound, call) : RpcAssert.FailsOnFieldsAsync(["base_uri"], call));
    }

    private static IEnumerable<string> Ids(IEnumerable<StreamVariant> variants) => variants.Select(variant => variant.Id).Order(StringComparer.Ordinal);

    private static PlaybackService.PlaybackServiceClient Playback(Clients clients) => new(clients.Invoker);
}
