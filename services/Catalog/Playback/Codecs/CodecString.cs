using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Playback.Codecs;

/// <summary>One codec as RFC 6381 section 3.3 writes it, such as <c>avc1.640028</c>, and what can be told from it.</summary>
/// <param name="Text">The codec, in the spelling that playlists use.</param>
/// <param name="Video">The video codec; NONE for audio, UNSPECIFIED when the codec cannot be told.</param>
/// <param name="Audio">The audio codec; NONE for video, UNSPECIFIED when the codec cannot be told.</param>
/// <param name="BitDepths">The bit depths that the profile can have; empty when the string does not tell.</param>
/// <param name="IsDolbyVision">True for the sample entries of Dolby Vision.</param>
internal sealed record CodecString(string Text, VideoCodec Video, AudioCodec Audio, int[] BitDepths, bool IsDolbyVision)
{
    private static readonly HashSet<string> KnownNames = new(
        ["avc1", "avc3", "hvc1", "hev1", "vp09", "av01", "dvh1", "dvhe", "dva1", "dvav", "dav1", "mp4a", "ac-3", "ec-3", "Opus"],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>True when the codec is one of those that the catalogue knows.</summary>
    public bool IsKnown => IsVideo || IsAudio;

    public bool IsVideo => Video is not (VideoCodec.None or VideoCodec.Unspecified);

    public bool IsAudio => Audio is not (AudioCodec.None or AudioCodec.Unspecified);

    /// <summary>The codecs of a comma-separated list; null when one of them is malformed.</summary>
    public static IReadOnlyList<CodecString>? ParseList(string codecs)
    {
        var list = new List<CodecString>();
        foreach (var part in Split(codecs))
        {
            if (Parse(part) is not { } codec)
            {
                return null;
            }

            list.Add(codec);
        }

        return list;
    }

    /// <summary>The entries of a comma-separated list; none for an empty text.</summary>
    public static IEnumerable<string> Split(string codecs) =>
        codecs.Length == 0 ? [] : codecs.Split(',', StringSplitOptions.TrimEntries);

    /// <summary>Reads one codec; null when it is malformed. A sample entry that is not known is well formed and cannot be told.</summary>
    public static CodecString? Parse(string codec)
    {
        var parts = codec.Split('.');
        return parts[0] switch
        {
            "avc1" or "avc3" => VideoCodecs.Avc(codec, parts),
            "hvc1" or "hev1" => VideoCodecs.Hevc(codec, parts),
            "vp09" => VideoCodecs.Vp9(codec, parts),
            "av01" => VideoCodecs.Av1(codec, parts),
            "dvh1" or "dvhe" => VideoCodecs.DolbyVision(codec, parts, VideoCodec.H265),
            "dva1" or "dvav" => VideoCodecs.DolbyVision(codec, parts, VideoCodec.H264),
            "dav1" => VideoCodecs.DolbyVision(codec, parts, VideoCodec.Av1),
            "mp4a" => AudioCodecs.Mp4(codec, parts),
            "ac-3" or "ec-3" or "ec+3" or "Opus" or "opus" => AudioCodecs.Plain(codec, parts),
            // Names are in one case; one in another case would be taken for a codec that nobody knows.
            _ when KnownNames.Contains(parts[0]) => null,
            _ => IsSampleEntry(parts[0]) && Array.TrueForAll(parts, IsField) ? Unknown(codec) : null,
        };
    }

    internal static CodecString OfVideo(string text, VideoCodec codec, params int[] bitDepths) => new(text, codec, AudioCodec.None, bitDepths, false);

    internal static CodecString OfAudio(string text, AudioCodec codec) => new(text, VideoCodec.None, codec, [], false);

    internal static CodecString Unknown(string text) => new(text, VideoCodec.Unspecified, AudioCodec.Unspecified, [], false);

    private static bool IsSampleEntry(string name) => name.Length == 4 && IsField(name);

    private static bool IsField(string field) => field.Length > 0 && field.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '+' or '_');
}
