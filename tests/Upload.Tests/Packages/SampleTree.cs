using Google.Protobuf.Collections;
using MoviesNow.Catalog.V1;
using MoviesNow.Upload.V1;
using UploadTests.Support;

namespace UploadTests.Packages;

/// <summary>The files of a package: three tiers, an audio track and subtitles, each with a playlist and segments.</summary>
internal sealed record SampleTree(IReadOnlyDictionary<string, Content> Files)
{
    private static readonly (string Folder, QualityTier Tier, int Height)[] Tiers =
        [("480p", QualityTier.P480, 480), ("720p", QualityTier.P720, 720), ("1080p", QualityTier.P1080, 1_080)];

    /// <summary>A tree whose bytes no other has.</summary>
    public static SampleTree New(int segments = 1)
    {
        var files = new Dictionary<string, Content>(StringComparer.Ordinal);
        foreach (var folder in Tiers.Select(tier => tier.Folder).Append("audio/en"))
        {
            files[$"{folder}/index.m3u8"] = Content.Random(200);
            files[$"{folder}/init.mp4"] = Content.Random(100);
            for (var i = 0; i < segments; i++)
                files[$"{folder}/segment_{i:00000}.m4s"] = Content.Random(300);
        }

        files["subs/en.m3u8"] = Content.Random(80);
        files["subs/en.vtt"] = Content.Random(90);
        return new SampleTree(files);
    }

    public long Bytes => Files.Values.Sum(file => file.Size);

    public DeclarePackageFilesRequest Declaration(string packageId) => new() { PackageId = packageId, Files = { Declared() } };

    public RepeatedField<PackageFile> Declared() => [.. Files.Select(file => File(file.Key, file.Value))];

    public static PackageFile File(string path, Content content) => new() { Path = path, SizeBytes = content.Size, Sha256 = content.Sha256 };

    public static FinalizePackageRequest Finalization(string packageId) => new()
    {
        PackageId = packageId,
        Variants = { Tiers.Select(tier => Video(tier.Folder, tier.Tier, tier.Height)), Audio() },
        Texts = { new PackageSubtitles { Path = "subs/en.m3u8", Kind = AssetKind.Subtitle, Language = "en", IsPrimary = true } },
        Properties = new MediaProperties { Width = 1_920, Height = 1_080, DurationMs = 60_000 },
    };

    private static StreamVariant Video(string folder, QualityTier tier, int height) => new()
    {
        Protocol = StreamProtocol.Hls,
        Container = Container.Fmp4,
        VideoCodec = VideoCodec.H264,
        AudioCodec = AudioCodec.None,
        Codecs = "avc1.640028",
        PeakBandwidthBps = height * 5_000L,
        AverageBandwidthBps = height * 4_000L,
        Width = height * 16 / 9,
        Height = height,
        FrameRate = 24,
        DynamicRange = DynamicRange.Sdr,
        BitDepth = 8,
        DrmSystem = DrmSystem.None,
        IsStreamable = true,
        Tier = tier,
        Label = folder,
        StorageKey = $"{folder}/index.m3u8",
    };

    private static StreamVariant Audio() => new()
    {
        Protocol = StreamProtocol.Hls,
        Container = Container.Fmp4,
        VideoCodec = VideoCodec.None,
        AudioCodec = AudioCodec.Aac,
        Codecs = "mp4a.40.2",
        PeakBandwidthBps = 128_000,
        AverageBandwidthBps = 128_000,
        AudioChannels = 2,
        AudioLanguage = "en",
        DrmSystem = DrmSystem.None,
        IsAudioOnly = true,
        Tier = QualityTier.Other,
        Label = "Stereo",
        StorageKey = "audio/en/index.m3u8",
    };
}
