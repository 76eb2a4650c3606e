using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Streams;

/// <summary>
/// The rules that a variant keeps by itself. The database has each of them as a constraint of table <c>stream_variant</c>, and the rules between
/// variants as unique indexes.
/// </summary>
internal static class StreamVariantRules
{
    public const int MaxDimension = 16_384;
    public const int MaxFrameRate = 300;
    public const int MaxAudioChannels = 64;
    private const int MinHdrBitDepth = 10;

    /// <summary>All broken rules; none for a variant that may be stored.</summary>
    public static IReadOnlyList<RuleViolation> Violations(StreamVariant variant, QualityTiers tiers)
    {
        var check = new RuleCheck();
        CheckDelivery(check, variant);
        CheckAudio(check, variant);
        if (variant.IsAudioOnly)
        {
            CheckAbsentVideo(check, variant);
        }
        else
        {
            CheckVideo(check, variant);
        }

        CheckBandwidth(check, variant);
        CheckEncryption(check, variant);
        CheckTier(check, variant, tiers);
        VariantCodecs.Check(check, variant);
        return check.Violations;
    }

    private static void CheckDelivery(RuleCheck check, StreamVariant variant)
    {
        var fits = check.Known(variant.Protocol, "protocol") & check.Known(variant.Container, "container")
            && check.Require(Fits(variant.Container, variant.Protocol), "container", "must be TS or FMP4 with HLS, FMP4 or MP4 with DASH, and MP4 with MP4");
        check.Require(!variant.IsDownloadable || variant.Protocol is StreamProtocol.Mp4 or StreamProtocol.Hls, "is_downloadable", "is for MP4 and HLS only");
        if (!variant.IsStreamable)
        {
            return;
        }

        check.Require(variant.Protocol is StreamProtocol.Hls, "protocol", "must be HLS when it is streamable");
        check.Require(!fits || variant.Container is Container.Ts or Container.Fmp4, "container", "must be TS or FMP4 when it is streamable");
        check.Require(!variant.IsAudioOnly, "is_streamable", "is not for audio-only variants");
    }

    private static bool Fits(Container container, StreamProtocol protocol) => protocol switch
    {
        StreamProtocol.Hls => container is Container.Ts or Container.Fmp4,
        StreamProtocol.Dash => container is Container.Fmp4 or Container.Mp4,
        _ => container is Container.Mp4,
    };

    private static void CheckAudio(RuleCheck check, StreamVariant variant)
    {
        if (!check.Known(variant.AudioCodec, "audio_codec"))
        {
            return;
        }

        if (variant.AudioCodec is not AudioCodec.None)
        {
            check.Require(variant.AudioChannels is >= 1 and <= MaxAudioChannels, "audio_channels", $"must be 1 to {MaxAudioChannels} with audio");
            return;
        }

        check.Require(variant.VideoCodec is not VideoCodec.None, "audio_codec", "must be one when there is no video");
        check.Require(variant.AudioChannels == 0, "audio_channels", "must be 0 without audio");
        check.Require(variant.AudioLanguage.Length == 0, "audio_language", "must be empty without audio");
    }

    private static void CheckVideo(RuleCheck check, StreamVariant variant)
    {
        if (check.Known(variant.VideoCodec, "video_codec"))
        {
            check.Require(variant.VideoCodec is not VideoCodec.None, "video_codec", "must not be NONE unless it is audio-only");
        }

        check.Require(variant.Width is >= 1 and <= MaxDimension, "width", $"must be 1 to {MaxDimension:N0}");
        check.Require(variant.Height is >= 1 and <= MaxDimension, "height", $"must be 1 to {MaxDimension:N0}");
        check.Require(variant.FrameRate is > 0 and <= MaxFrameRate, "frame_rate", $"must be above 0 and at most {MaxFrameRate}");
        var hasDepth = check.Require(variant.BitDepth is 8 or 10 or 12, "bit_depth", "must be 8, 10 or 12");
        if (check.Known(variant.DynamicRange, "dynamic_range"))
        {
            check.Require(
                !hasDepth || variant.DynamicRange is DynamicRange.Sdr || variant.BitDepth >= MinHdrBitDepth,
                "bit_depth",
                $"must be at least {MinHdrBitDepth} with a high dynamic range");
        }
    }

    private static void CheckAbsentVideo(RuleCheck check, StreamVariant variant)
    {
        check.Require(variant.VideoCodec is VideoCodec.None, "video_codec", "must be NONE when it is audio-only");
        check.Require(variant.Width == 0, "width", "must be 0 when it is audio-only");
        check.Require(variant.Height == 0, "height", "must be 0 when it is audio-only");
        check.Require(variant.FrameRate == 0, "frame_rate", "must be 0 when it is audio-only");
        check.Require(variant.BitDepth == 0, "bit_depth", "must be 0 when it is audio-only");
        check.Require(variant.DynamicRange is DynamicRange.Unspecified, "dynamic_range", "must be absent when it is audio-only");
    }

    private static void CheckBandwidth(RuleCheck check, StreamVariant variant)
    {
        check.Require(variant.PeakBandwidthBps > 0, "peak_bandwidth_bps", "must be positive");
        if (check.Require(variant.AverageBandwidthBps > 0, "average_bandwidth_bps", "must be positive") && variant.PeakBandwidthBps > 0)
        {
            check.Require(variant.AverageBandwidthBps <= variant.PeakBandwidthBps, "average_bandwidth_bps", "must be at most peak_bandwidth_bps");
        }

        check.Require(variant.SizeBytes >= 0, "size_bytes", "must not be negative");
    }

    private static void CheckEncryption(RuleCheck check, StreamVariant variant)
    {
        var scheme = variant.EncryptionScheme;
        if (!check.Known(variant.DrmSystem, "drm_system"))
        {
            return;
        }

        if (variant.DrmSystem is DrmSystem.None)
        {
            check.Require(variant.DrmKeyId.Length == 0, "drm_key_id", "must be empty without a DRM system");
            check.Require(scheme is EncryptionScheme.Unspecified, "encryption_scheme", "must be absent without a DRM system");
            return;
        }

        check.Require(variant.DrmKeyId.Length > 0, "drm_key_id", "is required with a DRM system");
        if (check.Known(scheme, "encryption_scheme") && scheme is EncryptionScheme.Cenc)
        {
            check.Require(variant.DrmSystem is not DrmSystem.Fairplay, "encryption_scheme", "must be CBCS for FAIRPLAY");
            check.Require(variant.Container is not Container.Ts, "encryption_scheme", "must be CBCS in transport streams");
        }
    }

    private static void CheckTier(RuleCheck check, StreamVariant variant, QualityTiers tiers)
    {
        if (!check.Known(variant.Tier, "tier") || tiers.Find(variant.Tier) is not { } step)
        {
            return;
        }

        if (variant.IsStreamable && !step.IsStreamable)
        {
            check.Require(false, "tier", $"must be one that is streamed ({NamesOf(tiers.Streamable)}) when it is streamable");
        }
        else if (variant.IsStreamable && !variant.IsAudioOnly)
        {
            check.Require(variant.Height == step.Lines, "height", $"must be {step.Lines:N0} when it is streamable in tier {NameOf(variant.Tier)}");
            return;
        }

        check.Require(step.Lines is null || variant.Height <= step.Lines, "height", $"must be at most {step.Lines:N0} in tier {NameOf(variant.Tier)}");
    }

    private static string NamesOf(IEnumerable<QualityTier> tiers) => string.Join(", ", tiers.Select(NameOf));

    private static string NameOf(QualityTier tier) => tier.ToString().ToUpperInvariant();
}
