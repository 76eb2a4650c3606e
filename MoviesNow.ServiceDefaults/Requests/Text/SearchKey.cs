using System.Text;

namespace MoviesNow.ServiceDefaults.Requests;

/// <summary>
/// A text as it is searched and sorted: without case (full case folding), diacritics and compatibility forms; letters such as <c>ø</c>
/// and <c>œ</c> as people type them; quotation marks and dashes of one kind; single spaces. So <c>Œdipe – L’Été</c> is
/// <c>oedipe - l'ete</c>.
/// </summary>
/// <remarks>
/// Made by the service rather than by PostgreSQL: <c>lower</c> depends on the database's locale and <c>unaccent</c> on the rules file of
/// the server, and both differ between the servers that we run on. Keys are stored; when the table changes they must be made anew.
/// </remarks>
public static class SearchKey
{
    /// <summary>The key. It is a key of itself, and empty only for white space.</summary>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var normal = Normalization.Compose(text);
        var key = Normalization.Compose(Spaces.Collapse(Fold(normal)));
        // Of a name that is all marks, something must remain: an empty key is found by every query.
        return key.Length > 0 ? key : Spaces.Collapse(normal);
    }

    private static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            folded.Append(UnicodeTables.Shared.FoldOf(rune) ?? rune.ToString());
        }

        return folded.ToString();
    }
}
