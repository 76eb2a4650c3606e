namespace MoviesNow.Catalog.Validation.Rows;

/// <summary>The rules that rows alone tell.</summary>
internal static class RowRules
{
    private const string Multivariant = "RFC 8216bis 4.4.6.2";
    private const string Apple = "HLS Authoring Specification ";

    // Titles and episodes.
    public static readonly MediaRule TitleLanguageMissing = MediaRule.Warning("TITLE_LANGUAGE_MISSING");
    public static readonly MediaRule SeriesWithoutEpisodes = MediaRule.Error("SERIES_WITHOUT_EPISODES");
    public static readonly MediaRule SeasonWithoutEpisodes = MediaRule.Info("SEASON_WITHOUT_EPISODES");
    public static readonly MediaRule VideoMissing = MediaRule.Error("VIDEO_MISSING");
    public static readonly MediaRule EpisodeVideoMissing = MediaRule.Warning("EPISODE_VIDEO_MISSING");
    public static readonly MediaRule StreamMissing = MediaRule.Error("STREAM_MISSING");
    public static readonly MediaRule VideoStreamMissing = MediaRule.Warning("VIDEO_STREAM_MISSING");

    // Ladders.
    public static readonly MediaRule LadderTierMissing = MediaRule.Warning("LADDER_TIER_MISSING", Apple + "9.9");
    public static readonly MediaRule LadderOrder = MediaRule.Warning("LADDER_ORDER");
    public static readonly MediaRule LadderStepSmall = MediaRule.Info("LADDER_STEP_SMALL", "Apple Technical Note TN2224");
    public static readonly MediaRule LadderStepLarge = MediaRule.Info("LADDER_STEP_LARGE", "Apple Technical Note TN2224");
    public static readonly MediaRule DefaultVariantMissing = MediaRule.Info("DEFAULT_VARIANT_MISSING");
    public static readonly MediaRule VideoCodecsMixed = MediaRule.Warning("VIDEO_CODECS_MIXED", Apple + "1.23");
    public static readonly MediaRule DynamicRangesMixed = MediaRule.Warning("DYNAMIC_RANGES_MIXED", Apple + "1.23");
    public static readonly MediaRule FrameRatesMixed = MediaRule.Info("FRAME_RATES_MIXED", Apple + "1.31");
    public static readonly MediaRule FrameRateNotMultiple = MediaRule.Warning("FRAME_RATE_NOT_MULTIPLE");
    public static readonly MediaRule AspectRatiosDiffer = MediaRule.Warning("ASPECT_RATIOS_DIFFER", Apple + "1.33");
    public static readonly MediaRule DrmMixed = MediaRule.Warning("DRM_MIXED");
    public static readonly MediaRule DrmSystemsDiffer = MediaRule.Warning("DRM_SYSTEMS_DIFFER");

    // Single variants.
    public static readonly MediaRule CodecsMissing = MediaRule.Warning("CODECS_MISSING", Apple + "9.1");
    public static readonly MediaRule CodecsMalformed = MediaRule.Warning("CODECS_MALFORMED", "RFC 6381 3.3");
    public static readonly MediaRule CodecsUnknown = MediaRule.Warning("CODECS_UNKNOWN", Apple + "9.1");
    public static readonly MediaRule CodecsContradict = MediaRule.Error("CODECS_CONTRADICT", Multivariant);
    public static readonly MediaRule SupplementalCodecsInvalid = MediaRule.Warning("SUPPLEMENTAL_CODECS_INVALID", Multivariant);
    public static readonly MediaRule LevelTooLow = MediaRule.Warning("LEVEL_TOO_LOW", "ITU-T H.264 and H.265, Annex A");
    public static readonly MediaRule VideoCodecLimited = MediaRule.Warning("VIDEO_CODEC_LIMITED", Apple + "1.1");
    public static readonly MediaRule HevcInTransportStream = MediaRule.Error("HEVC_IN_TRANSPORT_STREAM", Apple + "1.5");
    public static readonly MediaRule BandwidthSpread = MediaRule.Warning("BANDWIDTH_SPREAD", Apple + "1.30");
    public static readonly MediaRule FrameRateUnusual = MediaRule.Info("FRAME_RATE_UNUSUAL", Apple + "1.18");
    public static readonly MediaRule FrameRateTooHigh = MediaRule.Warning("FRAME_RATE_TOO_HIGH", Apple + "1.19");
    public static readonly MediaRule VariantSizeMissing = MediaRule.Info("VARIANT_SIZE_MISSING");

    // Audio.
    public static readonly MediaRule AudioMissing = MediaRule.Warning("AUDIO_MISSING");
    public static readonly MediaRule AudioMuxedAndSeparate = MediaRule.Warning("AUDIO_MUXED_AND_SEPARATE", Apple + "9.7");
    public static readonly MediaRule AudioInSomeTiers = MediaRule.Error("AUDIO_IN_SOME_TIERS");
    public static readonly MediaRule MuxedAudioDiffers = MediaRule.Warning("MUXED_AUDIO_DIFFERS", Apple + "9.7");
    public static readonly MediaRule AudioLanguageMissing = MediaRule.Warning("AUDIO_LANGUAGE_MISSING", Apple + "8.10");
    public static readonly MediaRule AudioNameDuplicate = MediaRule.Warning("AUDIO_NAME_DUPLICATE", "RFC 8216bis 4.4.6.1.1");
    public static readonly MediaRule AudioDefaultMissing = MediaRule.Warning("AUDIO_DEFAULT_MISSING");
    public static readonly MediaRule AudioStereoMissing = MediaRule.Warning("AUDIO_STEREO_MISSING", Apple + "2.3");
    public static readonly MediaRule AudioOriginalMissing = MediaRule.Warning("AUDIO_ORIGINAL_MISSING");

    // Subtitles and artwork.
    public static readonly MediaRule SubtitlesMissing = MediaRule.Info("SUBTITLES_MISSING", Apple + "4.1");
    public static readonly MediaRule SubtitleNotInPlaylist = MediaRule.Info("SUBTITLE_NOT_IN_PLAYLIST", "RFC 8216bis 4.4.6.1");
    public static readonly MediaRule SubtitleLanguageMissing = MediaRule.Warning("SUBTITLE_LANGUAGE_MISSING", Apple + "4.7");
    public static readonly MediaRule PosterMissing = MediaRule.Warning("POSTER_MISSING");
    public static readonly MediaRule BackdropMissing = MediaRule.Info("BACKDROP_MISSING");
    public static readonly MediaRule ArtworkDimensionsMissing = MediaRule.Info("ARTWORK_DIMENSIONS_MISSING");
    public static readonly MediaRule PrimaryMissing = MediaRule.Warning("PRIMARY_MISSING");
    public static readonly MediaRule AssetSizeMissing = MediaRule.Warning("ASSET_SIZE_MISSING");
    public static readonly MediaRule AssetChecksumMissing = MediaRule.Info("ASSET_CHECKSUM_MISSING");

    /// <summary>All of them, in the order of the documentation.</summary>
    public static IReadOnlyList<MediaRule> All { get; } =
    [
        TitleLanguageMissing, SeriesWithoutEpisodes, SeasonWithoutEpisodes, VideoMissing, EpisodeVideoMissing, StreamMissing, VideoStreamMissing,
        LadderTierMissing, LadderOrder, LadderStepSmall, LadderStepLarge, DefaultVariantMissing, VideoCodecsMixed, DynamicRangesMixed,
        FrameRatesMixed, FrameRateNotMultiple, AspectRatiosDiffer, DrmMixed, DrmSystemsDiffer,
        CodecsMissing, CodecsMalformed, CodecsUnknown, CodecsContradict, SupplementalCodecsInvalid, LevelTooLow, VideoCodecLimited,
        HevcInTransportStream, BandwidthSpread, FrameRateUnusual, FrameRateTooHigh, VariantSizeMissing,
        AudioMissing, AudioMuxedAndSeparate, AudioInSomeTiers, MuxedAudioDiffers, AudioLanguageMissing, AudioNameDuplicate, AudioDefaultMissing,
        AudioStereoMissing, AudioOriginalMissing,
        SubtitlesMissing, SubtitleNotInPlaylist, SubtitleLanguageMissing, PosterMissing, BackdropMissing, ArtworkDimensionsMissing,
        PrimaryMissing, AssetSizeMissing, AssetChecksumMissing,
    ];
}
