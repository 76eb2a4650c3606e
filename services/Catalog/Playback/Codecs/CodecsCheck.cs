using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Playback.Codecs;

/// <summary>Whether the codec strings of a variant agree with its other fields.</summary>
internal static class CodecsCheck
{
    private static readonly int[] HighDynamicRangeDepths = [10, 12];

    /// <summary>
    /// What is wrong with <c>codecs</c>, each as the end of a sentence about the field; nothing when it is empty. A codec that cannot be
    /// told is no violation: the playlist then names no codecs at all.
    /// </summary>
    public static IEnumerable<string> Violations(StreamVariant variant)
    {
        var malformed = CodecString.Split(variant.Codecs).Where(part => CodecString.Parse(part) is null).ToArray();
        if (malformed.Length > 0)
        {
            return malformed.Select(part => $"has '{part}', which is not a codec as RFC 6381 writes it");
        }

        var codecs = CodecString.ParseList(variant.Codecs)!;
        return [.. VideoViolations(variant, codecs), .. AudioViolations(variant, codecs), .. MissingViolations(variant, codecs)];
    }

    /// <summary>What is wrong with <c>supplemental_codecs</c>; nothing when it is empty.</summary>
    public static IEnumerable<string> SupplementalViolations(StreamVariant variant)
    {
        if (variant.SupplementalCodecs.Length > 0 && variant.DynamicRange is not DynamicRange.DolbyVision)
        {
            yield return "must be empty unless dynamic_range is DOLBY_VISION";
        }

        foreach (var part in CodecString.Split(variant.SupplementalCodecs).Where(part => SupplementalCodec.Parse(part) is null))
        {
            yield return $"has '{part}', which is not a Dolby Vision codec with brands such as dvh1.08.07/db4h";
        }
    }

    private static IEnumerable<string> VideoViolations(StreamVariant variant, IReadOnlyList<CodecString> codecs)
    {
        foreach (var codec in codecs.Where(codec => codec.IsVideo))
        {
            if (codec.Video != variant.VideoCodec)
            {
                yield return $"has {codec.Text}, but video_codec is {Name(variant.VideoCodec)}";
            }
            else if (codec.BitDepths.Length > 0 && variant.BitDepth > 0 && !codec.BitDepths.Contains(variant.BitDepth))
            {
                yield return $"has {codec.Text}, which is not for bit_depth {variant.BitDepth}";
            }
            else if (codec.BitDepths.Length > 0
                && variant.DynamicRange is DynamicRange.Hdr10 or DynamicRange.Hlg
                && !codec.BitDepths.Intersect(HighDynamicRangeDepths).Any())
            {
                yield return $"has {codec.Text}, which is not for dynamic_range {Name(variant.DynamicRange)}";
            }
            else if (codec.IsDolbyVision && variant.DynamicRange is not DynamicRange.DolbyVision)
            {
                yield return $"has {codec.Text}, but dynamic_range is {Name(variant.DynamicRange)}";
            }
        }
    }

    private static IEnumerable<string> AudioViolations(StreamVariant variant, IReadOnlyList<CodecString> codecs) =>
        codecs.Where(codec => codec.IsAudio && codec.Audio != variant.AudioCodec)
            .Select(codec => $"has {codec.Text}, but audio_codec is {Name(variant.AudioCodec)}");

    private static IEnumerable<string> MissingViolations(StreamVariant variant, IReadOnlyList<CodecString> codecs)
    {
        if (codecs.Count == 0 || codecs.Any(codec => !codec.IsKnown))
        {
            yield break;
        }

        if (variant.VideoCodec is not (VideoCodec.None or VideoCodec.Unspecified) && !codecs.Any(codec => codec.IsVideo))
        {
            yield return $"lacks the video codec, and video_codec is {Name(variant.VideoCodec)}";
        }

        if (variant.AudioCodec is not (AudioCodec.None or AudioCodec.Unspecified) && !codecs.Any(codec => codec.IsAudio))
        {
            yield return $"lacks the audio codec, and audio_codec is {Name(variant.AudioCodec)}";
        }

        if (variant.DynamicRange is DynamicRange.DolbyVision && variant.SupplementalCodecs.Length == 0 && !codecs.Any(codec => codec.IsDolbyVision))
        {
            yield return "lacks a Dolby Vision codec such as dvh1.05.06, and supplemental_codecs is empty";
        }
    }

    // Values are written as the contract writes them, without the enumeration's prefix.
    private static string Name(VideoCodec codec) => codec.ToString().ToUpperInvariant();

    private static string Name(AudioCodec codec) => codec.ToString().ToUpperInvariant();

    private static string Name(DynamicRange range) => range is DynamicRange.DolbyVision ? "DOLBY_VISION" : range.ToString().ToUpperInvariant();
}
