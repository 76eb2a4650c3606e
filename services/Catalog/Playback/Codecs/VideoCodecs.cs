using System.Globalization;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Playback.Codecs;

/// <summary>
/// What follows the sample entry of video codecs. Each method gives null for a string that the codec's own specification does not allow.
/// </summary>
internal static class VideoCodecs
{
    /// <summary>ISO/IEC 14496-15 annex E: profile, constraints and level of H.264, two hexadecimal digits each.</summary>
    public static CodecString? Avc(string text, string[] parts)
    {
        if (parts is not [_, { Length: 6 } configuration] || !configuration.All(char.IsAsciiHexDigit))
        {
            return null;
        }

        var profile = Hex(configuration[..2]);
        var level = Hex(configuration[4..]);
        if (level is not (9 or (>= 10 and <= 13) or (>= 20 and <= 22) or (>= 30 and <= 32)
            or (>= 40 and <= 42) or (>= 50 and <= 52) or (>= 60 and <= 62)))
        {
            return null;
        }

        // Table A-1 of H.264 and its High 4:4:4 profiles.
        return profile switch
        {
            66 or 77 or 88 or 100 => CodecString.OfVideo(text, VideoCodec.H264, 8),
            110 or 122 => CodecString.OfVideo(text, VideoCodec.H264, 8, 10),
            44 or 244 => CodecString.OfVideo(text, VideoCodec.H264, 8, 10, 12),
            _ => null,
        };
    }

    /// <summary>ISO/IEC 14496-15 annex E: profile, compatibility, tier with level, and up to six constraint bytes of H.265.</summary>
    public static CodecString? Hevc(string text, string[] parts)
    {
        if (parts.Length is < 4 or > 10
            || Number(parts[1].TrimStart('A', 'B', 'C'), 1, 2) is not { } profile
            || parts[1].Length > 3
            || parts[2].Length is < 1 or > 8 || !parts[2].All(char.IsAsciiHexDigit)
            || parts[3] is not ['L' or 'H', .. var digits] || Number(digits, 2, 3) is not { } level
            || level is not (30 or 60 or 63 or 90 or 93 or 120 or 123 or 150 or 153 or 156 or 180 or 183 or 186)
            || !parts.Skip(4).All(constraint => constraint.Length is 1 or 2 && constraint.All(char.IsAsciiHexDigit)))
        {
            return null;
        }

        return profile switch
        {
            1 or 3 => CodecString.OfVideo(text, VideoCodec.H265, 8),
            2 => CodecString.OfVideo(text, VideoCodec.H265, 8, 10),
            >= 4 and <= 11 => CodecString.OfVideo(text, VideoCodec.H265),
            _ => null,
        };
    }

    /// <summary>VP Codec ISO Media File Format Binding: profile, level, bit depth, then optional fields of two digits.</summary>
    public static CodecString? Vp9(string text, string[] parts)
    {
        if (parts.Length is < 4 or > 9
            || parts.Skip(1).Any(part => Number(part, 2, 2) is null)
            || Number(parts[2], 2, 2) is not (10 or 11 or 20 or 21 or 30 or 31 or 40 or 41 or 50 or 51 or 52 or 60 or 61 or 62))
        {
            return null;
        }

        return (parts[1], parts[3]) switch
        {
            ("00" or "01", "08") => CodecString.OfVideo(text, VideoCodec.Vp9, 8),
            ("02" or "03", "10") => CodecString.OfVideo(text, VideoCodec.Vp9, 10),
            ("02" or "03", "12") => CodecString.OfVideo(text, VideoCodec.Vp9, 12),
            _ => null,
        };
    }

    /// <summary>AV1 Codec ISO Media File Format Binding section 5: profile, level with tier, bit depth, then all optional fields or none.</summary>
    public static CodecString? Av1(string text, string[] parts)
    {
        if (parts.Length is not (4 or 10)
            || parts[2] is not [_, _, 'M' or 'H'] || Number(parts[2][..2], 2, 2) is not (<= 23 or 31)
            || !parts.Skip(4).Zip([1, 3, 2, 2, 2, 1], (part, length) => Number(part, length, length) is not null).All(isWellFormed => isWellFormed))
        {
            return null;
        }

        return (parts[1], parts[3]) switch
        {
            ("0" or "1" or "2", "08") => CodecString.OfVideo(text, VideoCodec.Av1, 8),
            ("0" or "1" or "2", "10") => CodecString.OfVideo(text, VideoCodec.Av1, 10),
            ("2", "12") => CodecString.OfVideo(text, VideoCodec.Av1, 12),
            _ => null,
        };
    }

    /// <summary>Dolby Vision Streams Within the HTTP Live Streaming Format: profile and level, two digits each.</summary>
    public static CodecString? DolbyVision(string text, string[] parts, VideoCodec codec)
    {
        if (parts is not [_, var profile, var level] || Number(level, 2, 2) is not (>= 1 and <= 13))
        {
            return null;
        }

        return (codec, profile) switch
        {
            (VideoCodec.H265, "04" or "05" or "07" or "08" or "20") => DolbyVision(10),
            (VideoCodec.H264, "09") => DolbyVision(8),
            (VideoCodec.Av1, "10") => DolbyVision(10),
            _ => null,
        };

        CodecString DolbyVision(int bitDepth) => CodecString.OfVideo(text, codec, bitDepth) with { IsDolbyVision = true };
    }

    private static int Hex(string digits) => int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static int? Number(string digits, int minLength, int maxLength) =>
        digits.Length >= minLength && digits.Length <= maxLength && digits.All(char.IsAsciiDigit)
            ? int.Parse(digits, CultureInfo.InvariantCulture)
            : null;
}
