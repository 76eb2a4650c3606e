using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Playback.Codecs;

/// <summary>The codec strings of audio.</summary>
internal static class AudioCodecs
{
    /// <summary>
    /// MP4RA object types: MPEG-4 audio with its audio object type, MPEG-2 AAC, AC-3 and E-AC-3. Null for one that is malformed.
    /// </summary>
    public static CodecString? Mp4(string text, string[] parts) => parts switch
    {
        [_, "40", var type] => Mpeg4(text, type),
        [_, "66" or "67" or "68"] => CodecString.OfAudio(text, AudioCodec.Aac),
        // Playlists name these two by their sample entries.
        [_, "a5" or "A5"] => CodecString.OfAudio("ac-3", AudioCodec.Ac3),
        [_, "a6" or "A6"] => CodecString.OfAudio("ec-3", AudioCodec.Eac3),
        [_, { Length: 2 } objectType] when objectType.All(char.IsAsciiHexDigit) && objectType is not "40" => CodecString.Unknown(text),
        _ => null,
    };

    /// <summary>Sample entries that have no parameters.</summary>
    public static CodecString? Plain(string text, string[] parts) => parts switch
    {
        ["ac-3"] => CodecString.OfAudio(text, AudioCodec.Ac3),
        ["ec-3" or "ec+3"] => CodecString.OfAudio(text, AudioCodec.Eac3),
        ["Opus" or "opus"] => CodecString.OfAudio(text, AudioCodec.Opus),
        _ => null,
    };

    private static CodecString? Mpeg4(string text, string type) => type switch
    {
        // ISO/IEC 14496-3 table 1.17; the leading zero was customary once.
        "02" or "05" => CodecString.OfAudio($"mp4a.40.{type[1]}", AudioCodec.Aac),
        "1" or "2" or "3" or "4" or "5" or "17" or "23" or "29" or "39" or "42" => CodecString.OfAudio(text, AudioCodec.Aac),
        { Length: 1 or 2 } when type.All(char.IsAsciiDigit) && type[0] is not '0' => CodecString.Unknown(text),
        _ => null,
    };
}
