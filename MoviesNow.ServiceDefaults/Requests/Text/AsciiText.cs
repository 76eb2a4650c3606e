using System.Text;

namespace MoviesNow.ServiceDefaults.Requests;

/// <summary>A text in ASCII, for readers that take nothing else: <c>Amélie</c> is <c>Amelie</c>, <c>Straße</c> is <c>Strasse</c>.</summary>
public static class AsciiText
{
    /// <summary>Transliterates Latin letters, digits and punctuation by the table of <see cref="SearchKey"/>, but keeps capitals.</summary>
    /// <param name="text">The text.</param>
    /// <param name="replacement">Stands for each character that has no ASCII form, such as those of other scripts.</param>
    public static string Of(string text, char replacement)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Ascii.IsValid(text))
        {
            return text;
        }

        var runes = Normalization.Compose(text).EnumerateRunes().ToArray();
        var ascii = new StringBuilder(text.Length);
        for (var i = 0; i < runes.Length; i++)
        {
            var rune = runes[i];
            if (rune.IsAscii)
            {
                ascii.Append((char)rune.Value);
                continue;
            }

            var folded = UnicodeTables.Shared.FoldOf(rune);
            if (folded is null || !Ascii.IsValid(folded))
            {
                ascii.Append(replacement);
            }
            else if (Rune.IsUpper(rune) && folded.Length > 0)
            {
                // Æsir is Aesir, but ÆSIR is AESIR.
                var shouted = (i > 0 && Rune.IsUpper(runes[i - 1])) || (i + 1 < runes.Length && Rune.IsUpper(runes[i + 1]));
                ascii.Append(shouted ? folded.ToUpperInvariant() : char.ToUpperInvariant(folded[0]) + folded[1..]);
            }
            else
            {
                ascii.Append(folded);
            }
        }

        return ascii.ToString();
    }
}
