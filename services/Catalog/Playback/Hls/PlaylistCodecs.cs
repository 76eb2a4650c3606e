using MoviesNow.Catalog.Playback.Codecs;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Playback.Hls;

/// <summary>CODECS, SUPPLEMENTAL-CODECS and VIDEO-RANGE (RFC 8216bis 4.4.6.2).</summary>
internal static class PlaylistCodecs
{
    /// <summary>
    /// The codecs of a stream and all that can be combined with it. Null when any part cannot be told: players take the list for complete,
    /// and one without its audio codec plays in silence.
    /// </summary>
    public static string? Of(IEnumerable<StreamVariant> variants)
    {
        var codecs = new List<CodecString>();
        foreach (var variant in variants)
        {
            if (Told(variant) is not { } told)
            {
                return null;
            }

            codecs.AddRange(told);
        }

        return codecs.Count == 0 ? null : string.Join(',', codecs
            .OrderBy(codec => codec.IsAudio)
            .Select(codec => codec.Text)
            .Distinct(StringComparer.Ordinal));
    }

    /// <summary>What decoders of Dolby Vision use instead; null when there is nothing, or when it cannot be told.</summary>
    public static string? Supplemental(StreamVariant variant) =>
        variant.SupplementalCodecs.Length > 0 && SupplementalCodec.ParseList(variant.SupplementalCodecs) is { } codecs
            ? string.Join(',', codecs.Select(entry => string.Join('/', entry.Brands.Prepend(entry.Codec.Text))))
            : null;

    public static string? VideoRange(StreamVariant variant) => variant.DynamicRange switch
    {
        DynamicRange.Sdr => "SDR",
        DynamicRange.Hdr10 => "PQ",
        DynamicRange.Hlg => "HLG",
        DynamicRange.DolbyVision => HasHlgBase(variant) ? "HLG" : "PQ",
        _ => null,
    };

    private static bool HasHlgBase(StreamVariant variant) =>
        SupplementalCodec.ParseList(variant.SupplementalCodecs) is { } codecs
        && codecs.Any(entry => entry.Brands.Contains(SupplementalCodec.HlgBrand, StringComparer.Ordinal));

    /// <summary>The codecs of what the variant has; null unless all of it can be told.</summary>
    private static List<CodecString>? Told(StreamVariant variant)
    {
        var hasVideo = variant.VideoCodec is not VideoCodec.None;
        var hasAudio = PlaylistLayout.HasAudio(variant);
        var codecs = CodecString.ParseList(variant.Codecs)?.ToList();
        if (codecs is null
            || codecs.Exists(codec => !codec.IsKnown)
            || (hasVideo && !codecs.Exists(codec => codec.IsVideo))
            || (hasAudio && !codecs.Exists(codec => codec.IsAudio)))
        {
            return null;
        }

        return [.. codecs.Where(codec => codec.IsVideo ? hasVideo : hasAudio).Select(codec => Spell(codec, variant.Container))];
    }

    // In MP4 the sample entry is Opus; browsers refuse a bare opus there.
    private static CodecString Spell(CodecString codec, Container container) =>
        codec.Audio is AudioCodec.Opus && container is not Container.Ts ? codec with { Text = "Opus" } : codec;
}
