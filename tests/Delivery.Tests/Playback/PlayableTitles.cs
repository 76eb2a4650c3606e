using Grpc.Core;
using MoviesNow.Catalog.V1;
using MoviesNow.Delivery.Tests.Support;
using MoviesNow.Testing.Hosting;

namespace MoviesNow.Delivery.Tests.Playback;

/// <summary>Something to play.</summary>
/// <param name="TitleId">The title.</param>
/// <param name="EpisodeId">The episode; empty for a film.</param>
/// <param name="Prefix">The prefix of its package.</param>
internal sealed record Playable(string TitleId, string EpisodeId, string Prefix);

/// <summary>Films and episodes in the catalogue, with a package.</summary>
internal static class PlayableTitles
{
    /// <summary>A published film.</summary>
    public static async Task<Playable> FilmAsync(this DeliverySystem system, Availability? availability = null, bool isPublished = true)
    {
        var title = (await system.Titles.CreateTitleAsync(new CreateTitleRequest { Kind = TitleKind.Movie, Name = "Harbour", OriginalLanguage = "en", Availability = availability })).Title;
        var film = await system.PackageAsync(new AssetScope { TitleId = title.Id }, revision: 1);
        if (isPublished)
        {
            await system.Titles.PublishTitleAsync(new PublishTitleRequest { TitleId = title.Id });
        }

        return film;
    }

    /// <summary>A published series with one episode.</summary>
    public static async Task<Playable> EpisodeAsync(this DeliverySystem system)
    {
        var title = (await system.Titles.CreateTitleAsync(new CreateTitleRequest { Kind = TitleKind.Series, Name = "Fjord" })).Title;
        var seasons = new SeasonService.SeasonServiceClient(system.Catalog(Identity.Admin));
        var season = (await seasons.CreateSeasonAsync(new CreateSeasonRequest { TitleId = title.Id, Number = 1 })).Season;
        var episode = (await seasons.CreateEpisodeAsync(new CreateEpisodeRequest { SeasonId = season.Id, Number = 1, Name = "One" })).Episode;
        var playable = await system.PackageAsync(new AssetScope { TitleId = title.Id, SeasonId = season.Id, EpisodeId = episode.Id }, revision: 1);
        await system.Titles.PublishTitleAsync(new PublishTitleRequest { TitleId = title.Id });
        return playable;
    }

    /// <summary>Publishes a package, as the upload service does.</summary>
    public static async Task<Playable> PackageAsync(this DeliverySystem system, AssetScope scope, long revision)
    {
        var id = Guid.CreateVersion7();
        var episode = scope.EpisodeId.Length > 0 ? $"{scope.EpisodeId}/" : "";
        var prefix = $"hls/{scope.TitleId}/{episode}package_{id}/";
        await new PackageService.PackageServiceClient(system.Catalog(Identity.Service)).PublishPackageAsync(new PublishPackageRequest
        {
            PackageId = id.ToString(),
            Revision = revision,
            Scope = scope,
            Video = new PackageObject { StorageKey = $"{prefix}480p/index.m3u8", MimeType = "application/vnd.apple.mpegurl", SizeBytes = 100, Sha256 = new string('a', 64) },
            Variants = { Variant(prefix, QualityTier.P720, 1280, 720, "avc1.64001f"), Variant(prefix, QualityTier.P480, 854, 480, "avc1.64001e") },
        });
        return new Playable(scope.TitleId, scope.EpisodeId, prefix);
    }

    public static Delivery.V1.PlaybackService.PlaybackServiceClient Playback(this CallInvoker invoker) => new(invoker);

    private static StreamVariant Variant(string prefix, QualityTier tier, int width, int height, string codec) => new()
    {
        Protocol = StreamProtocol.Hls,
        Container = Container.Fmp4,
        VideoCodec = VideoCodec.H264,
        AudioCodec = AudioCodec.Aac,
        Codecs = codec + ",mp4a.40.2",
        PeakBandwidthBps = 1000 * height,
        AverageBandwidthBps = 800 * height,
        Width = width,
        Height = height,
        FrameRate = 24,
        DynamicRange = DynamicRange.Sdr,
        BitDepth = 8,
        AudioChannels = 2,
        AudioLanguage = "en",
        DrmSystem = DrmSystem.None,
        IsDefault = tier is QualityTier.P720,
        IsStreamable = true,
        Tier = tier,
        Label = tier.ToString(),
        StorageKey = $"{prefix}{height}p/index.m3u8",
    };
}
