using MoviesNow.Catalog.Playback;
using MoviesNow.Catalog.V1;
using static MoviesNow.Catalog.Tests.Playback.PlaylistRows;

namespace MoviesNow.Catalog.Tests.Playback;

/// <summary>The rows behind each golden file.</summary>
internal static class PlaylistCases
{
    public static IReadOnlyDictionary<string, PlaybackSource> All { get; } = new SortedDictionary<string, PlaybackSource>(StringComparer.Ordinal)
    {
        ["sdr"] = Of(Ladder(), [Audio("en")]),
        ["single-tier"] = Of(Ladder()[1..2], [Audio("en")]),
        ["silent"] = Of(Ladder(), []),
        ["muxed"] = Of(MuxedLadder(), []),
        ["muxed-with-alternates"] = Of(MuxedLadder(), [Audio("en"), Audio("de")]),
        ["hdr10"] = Of(HevcLadder(DynamicRange.Hdr10), [Audio("en")]),
        ["hlg"] = Of(HevcLadder(DynamicRange.Hlg), [Audio("en")]),
        ["dolby-vision-5"] = Of(HevcLadder(DynamicRange.DolbyVision, "dvh1.05.06"), [Audio("en")]),
        ["dolby-vision-8-1"] = Of(HevcLadder(DynamicRange.DolbyVision, supplemental: "dvh1.08.06/db1p"), [Audio("en")]),
        ["dolby-vision-8-4"] = Of(HevcLadder(DynamicRange.DolbyVision, supplemental: "dvh1.08.06/db4h"), [Audio("en")]),
        ["multi-audio"] = Of(
            Ladder(),
            [
                Audio("en", isDefault: true),
                Audio("de"),
                Audio("zh-Hant-TW"),
                Audio("sr-Latn"),
                Audio("en", label: "Director's \"commentary\"", suffix: "-commentary"),
                Audio(""),
            ]),
        ["multi-codec-audio"] = Of(
            Ladder(),
            [
                Audio("en"),
                Audio("fr"),
                Audio("en", AudioCodec.Ac3, 6, 448_000),
                Audio("fr", AudioCodec.Ac3, 6, 448_000),
                Audio("en", AudioCodec.Eac3, 6, 384_000),
                Audio("fr", AudioCodec.Eac3, 6, 384_000),
                Audio("en", AudioCodec.Opus, 2, 96_000),
                Audio("fr", AudioCodec.Opus, 2, 96_000),
            ]),
        ["subtitles"] = Of(
            Ladder(),
            [Audio("en")],
            Text("en", AssetKind.Caption, isPrimary: true),
            Text("en", isPrimary: true),
            Text("de", isPrimary: true),
            Text("fr"),
            Text("es", mimeType: "text/vtt")),
        ["drm-fairplay"] = Encrypt(DrmSystem.Fairplay, EncryptionScheme.Cbcs),
        ["drm-widevine-cbcs"] = Encrypt(DrmSystem.Widevine, EncryptionScheme.Cbcs),
        ["drm-widevine-cenc"] = Encrypt(DrmSystem.Widevine, EncryptionScheme.Cenc),
        ["drm-playready-cbcs"] = Encrypt(DrmSystem.Playready, EncryptionScheme.Cbcs),
        ["drm-playready-cenc"] = Encrypt(DrmSystem.Playready, EncryptionScheme.Cenc),
        ["audio-only"] = Of([], [Audio("en", peak: 64_000, suffix: "-low"), Audio("en", peak: 192_000, suffix: "-high")]),
        ["audio-only-languages"] = Of([], [Audio("en"), Audio("de"), Audio("en", AudioCodec.Eac3, 6, 384_000), Audio("de", AudioCodec.Eac3, 6, 384_000)]),
        ["codec-that-cannot-be-told"] = Of(Ladder(), [Audio("en"), Flac()]),
        ["base-uri"] = Of(Ladder(), [Audio("en")], Text("en")) with { BaseUri = "https://cdn.example/media/" },
    };

    private static PlaybackSource Of(StreamVariant[] streamable, StreamVariant[] audio, params MediaAsset[] texts) =>
        new(streamable, audio, texts, "en", Folder);

    private static PlaybackSource Encrypt(DrmSystem system, EncryptionScheme scheme)
    {
        var audio = Audio("en");
        Encrypted(system, scheme, "6b1f4a3c-2d5e-4f80-9a1b-0c2d3e4f5062")(audio);
        return Of(Ladder(Encrypted(system, scheme)), [audio]);
    }

    private static StreamVariant Flac()
    {
        var variant = Audio("de");
        variant.Codecs = "fLaC";
        return variant;
    }
}
