namespace MoviesNow.Catalog.Playback.Codecs;

/// <summary>One entry of SUPPLEMENTAL-CODECS (RFC 8216bis 4.4.6.2): a Dolby Vision codec and the brands that it is compatible with.</summary>
internal sealed record SupplementalCodec(CodecString Codec, string[] Brands)
{
    /// <summary>The brand whose base layer is HLG (Dolby Vision profile 8.4).</summary>
    public const string HlgBrand = "db4h";

    /// <summary>Reads one entry; null when it is malformed.</summary>
    public static SupplementalCodec? Parse(string entry)
    {
        var parts = entry.Split('/');
        return parts is [var codec, _, ..] && CodecString.Parse(codec) is { IsDolbyVision: true } dolbyVision && parts.Skip(1).All(IsBrand)
            ? new SupplementalCodec(dolbyVision, parts[1..])
            : null;
    }

    /// <summary>The entries of a comma-separated list; null when one of them is malformed.</summary>
    public static IReadOnlyList<SupplementalCodec>? ParseList(string codecs)
    {
        SupplementalCodec[] entries = [.. CodecString.Split(codecs).Select(Parse).OfType<SupplementalCodec>()];
        return entries.Length == CodecString.Split(codecs).Count() ? entries : null;
    }

    private static bool IsBrand(string brand) => brand.Length == 4 && brand.All(char.IsAsciiLetterOrDigit);
}
