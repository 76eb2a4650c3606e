using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Tests.Playback;

/// <summary>Rows to play, with ids and keys that are the same in every run.</summary>
internal static class PlaylistRows
{
    public const string TitleId = "0198c0de-0000-7000-8000-000000000001";
    public const string Folder = $"hls/{TitleId}/";
    public const string KeyId = "6b1f4a3c-2d5e-4f80-9a1b-0c2d3e4f5061";

    /// <summary>H.264 in three tiers without audio.</summary>
    public static StreamVariant[] Ladder(Action<StreamVariant>? change = null) =>
    [
        Video(QualityTier.P1080, 1920, 1080, 5_400_000, 4_500_000, "avc1.640028", change),
        Video(QualityTier.P720, 1280, 720, 2_800_000, 2_300_000, "avc1.64001f", change),
        Video(QualityTier.P480, 854, 480, 1_200_000, 1_000_000, "avc1.4d401f", change),
    ];

    /// <summary>H.265 in three tiers without audio, ten bits.</summary>
    public static StreamVariant[] HevcLadder(DynamicRange range, string codecs = "hvc1.2.4.L123.B0", string supplemental = "") => Ladder(variant =>
    {
        variant.VideoCodec = VideoCodec.H265;
        variant.Codecs = codecs;
        variant.DynamicRange = range;
        variant.BitDepth = 10;
        variant.SupplementalCodecs = supplemental;
    });

    /// <summary>The same with AAC in the segments.</summary>
    public static StreamVariant[] MuxedLadder(string language = "en") => Ladder(variant =>
    {
        variant.AudioCodec = AudioCodec.Aac;
        variant.AudioChannels = 2;
        variant.AudioLanguage = language;
        variant.Codecs += ",mp4a.40.2";
    });

    public static StreamVariant Audio(
        string language, AudioCodec codec = AudioCodec.Aac, int channels = 2, long peak = 128_000, string label = "", bool isDefault = false, string suffix = "")
    {
        var name = $"{codec}{channels}-{(language.Length == 0 ? "none" : language)}{suffix}".ToLowerInvariant();
        return new StreamVariant
        {
            Id = $"audio-{name}",
            Protocol = StreamProtocol.Hls,
            Container = Container.Fmp4,
            VideoCodec = VideoCodec.None,
            AudioCodec = codec,
            Codecs = codec switch { AudioCodec.Ac3 => "ac-3", AudioCodec.Eac3 => "ec-3", AudioCodec.Opus => "opus", _ => "mp4a.40.2" },
            PeakBandwidthBps = peak,
            AverageBandwidthBps = peak - 8_000,
            AudioChannels = channels,
            AudioLanguage = language,
            DrmSystem = DrmSystem.None,
            IsDefault = isDefault,
            IsAudioOnly = true,
            Label = label,
            StorageKey = $"{Folder}audio/{name}.m3u8",
        };
    }

    public static MediaAsset Text(
        string language, AssetKind kind = AssetKind.Subtitle, bool isPrimary = false, string mimeType = "application/vnd.apple.mpegurl")
    {
        var name = $"{kind}-{language}".ToLowerInvariant();
        var extension = mimeType is "text/vtt" ? "vtt" : "m3u8";
        return new MediaAsset
        {
            Id = $"text-{name}",
            Kind = kind,
            Language = language,
            MimeType = mimeType,
            IsPrimary = isPrimary,
            StorageKey = $"subs/title/{TitleId}/{name}.{extension}",
        };
    }

    public static Action<StreamVariant> Encrypted(DrmSystem system, EncryptionScheme scheme, string keyId = KeyId) => variant =>
    {
        variant.DrmSystem = system;
        variant.DrmKeyId = keyId;
        variant.EncryptionScheme = scheme;
    };

    private static StreamVariant Video(
        QualityTier tier, int width, int height, long peak, long average, string codecs, Action<StreamVariant>? change)
    {
        var name = tier.ToString()[1..];
        var variant = new StreamVariant
        {
            Id = $"video-{name}",
            Protocol = StreamProtocol.Hls,
            Container = Container.Fmp4,
            VideoCodec = VideoCodec.H264,
            AudioCodec = AudioCodec.None,
            Codecs = codecs,
            PeakBandwidthBps = peak,
            AverageBandwidthBps = average,
            Width = width,
            Height = height,
            FrameRate = 24_000d / 1_001,
            DynamicRange = DynamicRange.Sdr,
            BitDepth = 8,
            DrmSystem = DrmSystem.None,
            IsStreamable = true,
            Tier = tier,
            Label = $"{name}p",
            StorageKey = $"{Folder}{name}p/index.m3u8",
        };
        change?.Invoke(variant);
        return variant;
    }
}
