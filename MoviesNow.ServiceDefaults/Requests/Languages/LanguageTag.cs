using System.Diagnostics.CodeAnalysis;

namespace MoviesNow.ServiceDefaults.Requests;

/// <summary>
/// Language tags (BCP 47): the grammar of RFC 5646 section 2.1 in full, subtags that are registered, and one spelling for each tag
/// (section 4.5), so that <c>iw</c>, <c>HE</c> and <c>he</c> are the same language to whoever compares them.
/// </summary>
public static class LanguageTag
{
    /// <summary>The longest tag, in characters: as much as RFC 5646 section 4.4.1 asks implementations to take.</summary>
    public const int MaxLength = 35;

    /// <summary>Reads a tag.</summary>
    /// <param name="tag">A tag in any case.</param>
    /// <param name="canonical">Its canonical form, such as <c>zh-Hant-TW</c>.</param>
    /// <param name="violation">Why it is refused, in words that continue the field's name.</param>
    public static bool TryCanonicalize(string tag, [NotNullWhen(true)] out string? canonical, [NotNullWhen(false)] out string? violation)
    {
        ArgumentNullException.ThrowIfNull(tag);
        if (tag.Length > MaxLength)
        {
            (canonical, violation) = (null, $"must have at most {MaxLength} characters");
            return false;
        }

        var reader = new LanguageTagReader(tag);
        canonical = reader.Read();
        violation = canonical is null ? $"must be a BCP 47 language tag such as en or pt-BR: {reader.Problem}" : null;
        return canonical is not null;
    }
}
