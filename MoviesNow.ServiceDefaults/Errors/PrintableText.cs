using System.Globalization;
using System.Text;

namespace MoviesNow.ServiceDefaults.Errors;

/// <summary>Makes text from outside, such as a file's name, fit to be shown: on one line, of limited length, and without characters that act on a terminal.</summary>
public static class PrintableText
{
    private const string Ellipsis = "…";

    /// <summary>The text with every other character as its code, such as <c>\u001B</c>; the middle is left out when it is too long.</summary>
    /// <param name="text">The text.</param>
    /// <param name="maxLength">The most characters of the result, at least 3.</param>
    public static string Of(string text, int maxLength)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, 3);
        var shown = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsPrintable(rune))
                shown.Append(rune.ToString());
            else
                shown.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}");
        }

        return shown.Length <= maxLength ? shown.ToString() : Shorten(shown.ToString(), maxLength);
    }

    private static string Shorten(string text, int maxLength)
    {
        var head = maxLength / 2;
        var tail = text.Length - (maxLength - head - Ellipsis.Length);

        // Halves of a character are no text.
        head -= char.IsHighSurrogate(text[head - 1]) ? 1 : 0;
        tail += char.IsLowSurrogate(text[tail]) ? 1 : 0;
        return string.Concat(text.AsSpan(0, head), Ellipsis, text.AsSpan(tail));
    }

    // Format characters turn the direction of writing or are invisible; only one kind of space is what it seems.
    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);
}
