using System.Globalization;
using System.Text;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.Catalog.Titles;

/// <summary>The names of a title as they are sorted and searched: without case and diacritics, the same under every locale.</summary>
internal static class TitleName
{
    /// <summary>
    /// Version of the rules by which keys are made. To be raised when they give other keys, as new tables of Unicode may: the keys of titles
    /// that are stored are made anew then.
    /// </summary>
    public const int Rules = 1;

    public static string Fold(string name) => SearchKey.Of(name);

    /// <summary>The words of a folded name, one space between them; empty when it has none.</summary>
    public static string Words(string folded)
    {
        var words = new StringBuilder(folded.Length);
        foreach (var rune in folded.EnumerateRunes())
        {
            // Vowel signs of Indic scripts and of Thai are marks, and parts of words.
            if (Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark)
            {
                words.Append(rune.ToString());
            }
            else if (words.Length > 0 && words[^1] != ' ')
            {
                words.Append(' ');
            }
        }

        return words.ToString().TrimEnd(' ');
    }

    /// <summary>What lists are sorted by.</summary>
    public static string SortKey(Title title) => Fold(title.SortName.Length > 0 ? title.SortName : title.Name);

    /// <summary>What searches rank by: the words of the display name.</summary>
    public static string DisplayKey(Title title) => Words(Fold(title.Name));

    /// <summary>What searches look for: each name folded, and its words when these are something else.</summary>
    public static string[] SearchKeys(Title title) =>
    [
        .. new[] { title.Name, title.OriginalName, title.SortName }
            .Select(Fold)
            .SelectMany(name => new[] { name, Words(name) })
            .Where(key => key.Length > 0)
            .Distinct(StringComparer.Ordinal),
    ];

    /// <summary>The keys as one text: each begins with a line break and a space, and ends with a space.</summary>
    public static string SearchText(string[] keys) => string.Concat(keys.Select(key => $"\n {key} "));
}
