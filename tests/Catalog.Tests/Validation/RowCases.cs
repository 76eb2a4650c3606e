using MoviesNow.Catalog.V1;
using MoviesNow.Catalog.Validation;

namespace MoviesNow.Catalog.Tests.Validation;

/// <summary>Broken titles: what is broken in a film without a fault, and exactly what must be found, as rule and subject.</summary>
internal static class RowCases
{
    public static readonly IReadOnlyDictionary<string, (Action<MediaDraft> Break, string[] Expected)> All =
        new Dictionary<string, (Action<MediaDraft>, string[])>(StringComparer.Ordinal)
        {
            ["TITLE_LANGUAGE_MISSING"] = (film => film.Title.OriginalLanguage = "", [MediaDraft.TitleId]),
            ["SERIES_WITHOUT_EPISODES"] = (film => film.Title.Kind = TitleKind.Series, [MediaDraft.TitleId]),
            ["SEASON_WITHOUT_EPISODES"] = (film => { AsSeries(film); film.Seasons.Add("season-2"); }, ["season-2"]),
            ["VIDEO_MISSING"] = (film => { film.Asset(MediaDraft.Video).Kind = AssetKind.Trailer; }, [MediaDraft.TitleId]),
            ["EPISODE_VIDEO_MISSING"] = (film => { AsSeries(film); film.Episodes.Add(new("episode-2", "season-1")); }, ["episode-2"]),
            ["STREAM_MISSING"] = (film => film.Variants.Clear(), [MediaDraft.Video]),
            ["VIDEO_STREAM_MISSING"] = (film => film.Remove(film.P1080, film.P720, film.P480), [MediaDraft.Video]),
            ["LADDER_TIER_MISSING"] = (film => film.Remove(film.P1080), [MediaDraft.Video]),
            ["LADDER_ORDER"] = (film => film.P720.PeakBandwidthBps = 5_400_000, ["video-1080", "BANDWIDTH_SPREAD video-720"]),
            ["LADDER_STEP_SMALL"] = (film => film.P720.AverageBandwidthBps = 1_790_000, ["video-720", "LADDER_STEP_LARGE video-1080"]),
            ["LADDER_STEP_LARGE"] = (film => film.P480.AverageBandwidthBps = 1_149_000, ["video-720"]),
            ["DEFAULT_VARIANT_MISSING"] = (film => film.P720.IsDefault = false, [MediaDraft.Video]),
            ["VIDEO_CODECS_MIXED"] = (film => (film.P720.VideoCodec, film.P720.Codecs) = (VideoCodec.H265, "hvc1.1.6.L93.B0"), [MediaDraft.Video]),
            ["DYNAMIC_RANGES_MIXED"] = (MixRanges, [MediaDraft.Video]),
            ["FRAME_RATES_MIXED"] = (film => EachRate(film, 50, 25, 25), [MediaDraft.Video]),
            ["FRAME_RATE_NOT_MULTIPLE"] = (film => EachRate(film, 25, 25, 24), [MediaDraft.Video]),
            ["ASPECT_RATIOS_DIFFER"] = (film => film.P480.Width = 640, [MediaDraft.Video]),
            ["DRM_MIXED"] = (film => Encrypt(film.P1080, DrmSystem.Widevine), [MediaDraft.Video]),
            ["DRM_SYSTEMS_DIFFER"] = (DifferInDrm, [MediaDraft.Video]),
            ["CODECS_MISSING"] = (film => film.P720.Codecs = "", ["video-720"]),
            ["CODECS_MALFORMED"] = (film => film.P720.Codecs = "avc1", ["video-720"]),
            ["CODECS_UNKNOWN"] = (film => film.P720.Codecs = "avc1.64001f,fLaC", ["video-720"]),
            ["CODECS_CONTRADICT"] = (film => film.P720.Codecs = "hvc1.1.6.L93.B0,avc1.64001f", ["video-720"]),
            ["SUPPLEMENTAL_CODECS_INVALID"] = (film => film.P720.SupplementalCodecs = "dvh1.08.07/db4h", ["video-720"]),
            ["LEVEL_TOO_LOW"] = (film => film.P1080.Codecs = "avc1.64001f", ["video-1080"]),
            ["VIDEO_CODEC_LIMITED"] = (film => Each(film, tier => (tier.VideoCodec, tier.Codecs) = (VideoCodec.Vp9, "vp09.00.40.08")),
                ["video-1080", "VIDEO_CODEC_LIMITED video-480", "VIDEO_CODEC_LIMITED video-720"]),
            ["HEVC_IN_TRANSPORT_STREAM"] = (HevcInSegments, ["video-1080", "HEVC_IN_TRANSPORT_STREAM video-480", "HEVC_IN_TRANSPORT_STREAM video-720"]),
            ["BANDWIDTH_SPREAD"] = (film => film.P480.PeakBandwidthBps = 2_400_002, ["video-480"]),
            ["FRAME_RATE_UNUSUAL"] = (film => EachRate(film, 15, 15, 15), ["video-1080", "FRAME_RATE_UNUSUAL video-480", "FRAME_RATE_UNUSUAL video-720"]),
            ["FRAME_RATE_TOO_HIGH"] = (film => FastFrames(film, 60.02), ["video-1080", "FRAME_RATE_TOO_HIGH video-480", "FRAME_RATE_TOO_HIGH video-720"]),
            ["VARIANT_SIZE_MISSING"] = (film => film.P720.SizeBytes = 0, ["video-720"]),
            ["AUDIO_MISSING"] = (film => film.Remove(film.Audio), [MediaDraft.Video]),
            ["AUDIO_MUXED_AND_SEPARATE"] = (film => MediaDraft.Mux(film.P1080, film.P720, film.P480), [MediaDraft.Video]),
            ["AUDIO_IN_SOME_TIERS"] = (film => MediaDraft.Mux(film.P1080, film.P720), [MediaDraft.Video]),
            ["MUXED_AUDIO_DIFFERS"] = (DifferInMuxedAudio, [MediaDraft.Video]),
            ["AUDIO_LANGUAGE_MISSING"] = (film => film.Audio[1].AudioLanguage = "und", [IdOf(film => film.Audio[1])]),
            ["AUDIO_NAME_DUPLICATE"] = (film => film.Audio[1].AudioLanguage = "EN", [IdOf(film => film.Audio[0])]),
            ["AUDIO_DEFAULT_MISSING"] = (film => film.Audio[0].IsDefault = false, [MediaDraft.Video]),
            ["AUDIO_STEREO_MISSING"] = (Surround, [MediaDraft.Video]),
            ["AUDIO_ORIGINAL_MISSING"] = (film => film.Title.OriginalLanguage = "fr", [MediaDraft.Video]),
            ["SUBTITLES_MISSING"] = (film => film.Assets.Remove(film.Asset("asset-caption")), [MediaDraft.TitleId]),
            ["SUBTITLE_NOT_IN_PLAYLIST"] = (film => film.Asset("asset-caption").MimeType = "text/vtt", ["asset-caption"]),
            ["SUBTITLE_LANGUAGE_MISSING"] = (film => film.Asset("asset-caption").Language = "", ["asset-caption"]),
            ["POSTER_MISSING"] = (film => film.Assets.Remove(film.Asset("asset-poster")), [MediaDraft.TitleId]),
            ["BACKDROP_MISSING"] = (film => film.Assets.Remove(film.Asset("asset-backdrop")), [MediaDraft.TitleId]),
            ["ARTWORK_DIMENSIONS_MISSING"] = (film => film.Asset("asset-poster").Properties.Height = 0, ["asset-poster"]),
            ["PRIMARY_MISSING"] = (SecondPoster, [MediaDraft.TitleId]),
            ["ASSET_SIZE_MISSING"] = (film => film.Asset("asset-poster").SizeBytes = 0, ["asset-poster"]),
            ["ASSET_CHECKSUM_MISSING"] = (film => film.Asset("asset-poster").Sha256 = "", ["asset-poster"]),
        };

    /// <summary>What each case must find, all of it.</summary>
    public static IEnumerable<string> ExpectedOf(string rule) =>
        All[rule].Expected.Select((subject, i) => i == 0 ? $"{rule} {subject}" : subject);

    public static TitleMedia Broken(string rule)
    {
        var film = MediaDraft.Film();
        All[rule].Break(film);
        return film.Media();
    }

    private static string IdOf(Func<MediaDraft, StreamVariant> variant) => variant(MediaDraft.Film()).Id;

    private static void AsSeries(MediaDraft film)
    {
        var series = MediaDraft.Series();
        film.Title.Kind = TitleKind.Series;
        film.Seasons.AddRange(series.Seasons);
        film.Episodes.AddRange(series.Episodes);
        film.Assets.Clear();
        film.Assets.AddRange(series.Assets);
    }

    private static void Each(MediaDraft film, Action<StreamVariant> change) => film.Variants.FindAll(variant => variant.IsStreamable).ForEach(change);

    private static void EachRate(MediaDraft film, double p1080, double p720, double p480)
    {
        (film.P1080.FrameRate, film.P720.FrameRate, film.P480.FrameRate) = (p1080, p720, p480);
        film.P1080.Codecs = "avc1.64002a";
    }

    private static void FastFrames(MediaDraft film, double rate)
    {
        EachRate(film, rate, rate, rate);
        film.P720.Codecs = "avc1.640020";
    }

    private static void MixRanges(MediaDraft film)
    {
        Each(film, tier => (tier.VideoCodec, tier.BitDepth, tier.Codecs) = (VideoCodec.H265, 10, "hvc1.2.4.L120.B0"));
        film.P1080.DynamicRange = DynamicRange.Hdr10;
    }

    private static void HevcInSegments(MediaDraft film) => Each(film, tier =>
        (tier.VideoCodec, tier.Codecs, tier.Container) = (VideoCodec.H265, "hvc1.1.6.L120.B0", Container.Ts));

    private static void Encrypt(StreamVariant variant, DrmSystem system) =>
        Playback.PlaylistRows.Encrypted(system, EncryptionScheme.Cbcs)(variant);

    private static void DifferInDrm(MediaDraft film)
    {
        Each(film, tier => Encrypt(tier, DrmSystem.Widevine));
        Encrypt(film.P480, DrmSystem.Fairplay);
    }

    private static void DifferInMuxedAudio(MediaDraft film)
    {
        film.Remove(film.Audio);
        MediaDraft.Mux(film.P1080, film.P720, film.P480);
        film.P480.AudioLanguage = "de";
    }

    private static void Surround(MediaDraft film)
    {
        foreach (var audio in film.Audio)
        {
            (audio.AudioCodec, audio.Codecs, audio.AudioChannels) = (AudioCodec.Eac3, "ec-3", 6);
        }
    }

    private static void SecondPoster(MediaDraft film)
    {
        film.Asset("asset-poster").IsPrimary = false;
        film.Add(AssetKind.Poster, "asset-poster-2", change: poster => poster.IsPrimary = false);
    }
}
