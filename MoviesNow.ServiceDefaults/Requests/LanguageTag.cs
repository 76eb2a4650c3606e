namespace MoviesNow.ServiceDefaults.Requests;

/// <summary>Language tags (BCP 47, RFC 5646 section 2.1): well-formedness, without the registry of subtags.</summary>
public static class LanguageTag
{
    private const int MaxLength = 35;

    /// <summary>True for subtags of 1 to 8 letters and digits, joined by hyphens, of which the first has 2 to 8 letters (or is a lone <c>x</c>).</summary>
    public static bool IsWellFormed(string tag)
    {
        ArgumentNullException.ThrowIfNull(tag);
        if (tag.Length is 0 or > MaxLength)
        {
            return false;
        }

        var subtags = tag.Split('-');
        var privateUse = subtags[0] is "x" or "X";
        return (privateUse ? subtags.Length > 1 : subtags[0].Length >= 2 && subtags[0].All(char.IsAsciiLetter))
            && subtags.All(subtag => subtag.Length is >= 1 and <= 8 && subtag.All(char.IsAsciiLetterOrDigit));
    }
}
