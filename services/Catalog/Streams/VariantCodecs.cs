using System.Buffers;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Streams;

/// <summary>
/// The rules for the length and syntax of codec strings, which the database has as well. <see cref="Playback.Codecs.CodecsCheck"/> says
/// whether they agree with the codec fields.
/// </summary>
internal static class VariantCodecs
{
    public const int MaxLength = 200;

    // Tokens of RFC 2045 section 5.1, which RFC 6381 section 3.3 builds its lists of.
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz{|}~");

    public static void Check(RuleCheck check, StreamVariant variant)
    {
        check.Require(IsList(variant.Codecs, ","), "codecs", "must be a list of RFC 6381 such as avc1.640028,mp4a.40.2 of at most 200 characters");
        if (check.Require(
            IsList(variant.SupplementalCodecs, ",/"),
            "supplemental_codecs",
            "must be a list of RFC 8216bis such as dvh1.08.07/db4h of at most 200 characters"))
        {
            check.Require(
                variant.SupplementalCodecs.Length == 0 || variant.DynamicRange is DynamicRange.DolbyVision,
                "supplemental_codecs",
                "is for DOLBY_VISION only");
        }
    }

    /// <summary>True for nothing, and for tokens with a separator between each two.</summary>
    private static bool IsList(string text, string separators)
    {
        if (text.Length is 0 or > MaxLength)
        {
            return text.Length == 0;
        }

        foreach (var token in text.AsSpan().SplitAny(separators))
        {
            var part = text.AsSpan(token);
            if (part.IsEmpty || part.ContainsAnyExcept(TokenCharacters))
            {
                return false;
            }
        }

        return true;
    }
}
