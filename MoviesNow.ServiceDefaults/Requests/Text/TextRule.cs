using System.Globalization;
using System.Text;

namespace MoviesNow.ServiceDefaults.Requests;

/// <summary>
/// The one rule for every name, label and description: Unicode normalization form C, no white space at the ends and one space between
/// words, nothing that hides or turns text. What it returns is what is stored. The whole rule, with its reasons, is in docs/text.md.
/// </summary>
public sealed class TextRule
{
    // No character of form C stands for more than four characters of a text that comes decomposed.
    private const int MostParts = 4;
    private const int MostLineBreaks = 2;

    private readonly int _maxLength;
    private readonly bool _severalLines;

    private TextRule(int maxLength, bool severalLines) => (_maxLength, _severalLines) = (maxLength, severalLines);

    /// <summary>The rule for names and labels: line breaks are refused.</summary>
    /// <param name="maxLength">The most characters (Unicode code points, as PostgreSQL's <c>char_length</c> counts them) of the result.</param>
    public static TextRule Line(int maxLength) => new(maxLength, severalLines: false);

    /// <summary>The rule for descriptions: line breaks become LF, and more than two in a row are two.</summary>
    /// <param name="maxLength">The most characters of the result, line breaks included.</param>
    public static TextRule Paragraphs(int maxLength) => new(maxLength, severalLines: true);

    /// <summary>The canonical form of a text; empty for white space only.</summary>
    /// <param name="text">The text as it came.</param>
    /// <param name="canonical">The canonical form, which is its own canonical form; the text as it came when it is refused.</param>
    /// <returns>Why the text is refused, such as <c>must not contain a control character: U+0007 at character 3</c>; null when it is not.</returns>
    public string? Apply(string text, out string canonical)
    {
        ArgumentNullException.ThrowIfNull(text);
        canonical = text;
        var scan = new TextScan();
        var position = 0;
        for (var i = 0; i < text.Length; position++)
        {
            if (!Rune.TryGetRuneAt(text, i, out var rune))
            {
                return Refused("an unpaired surrogate", text[i], position);
            }

            i += rune.Utf16SequenceLength;
            if (Take(scan, rune) is { } kind)
            {
                return Refused(kind, rune.Value, position);
            }

            if (scan.Length > (long)_maxLength * MostParts)
            {
                return TooLong();
            }
        }

        if (scan.HasContent && !scan.HasVisible)
        {
            return "must have a visible character";
        }

        var composed = Normalization.Compose(scan.Finish());
        if (composed.EnumerateRunes().Count() > _maxLength)
        {
            return TooLong();
        }

        canonical = composed;
        return null;
    }

    /// <summary>Adds a character, or tells what it is that must not be there.</summary>
    private string? Take(TextScan scan, Rune rune)
    {
        var isBreak = TextCharacters.IsLineBreak(rune);
        if (isBreak && !_severalLines)
        {
            return "a line break";
        }

        // Vertical tab and form feed are for printers.
        if (isBreak && rune.Value is not ('\v' or '\f'))
        {
            scan.BreakLine(rune, MostLineBreaks);
        }
        else if (TextCharacters.IsSpace(rune) || (_severalLines && rune.Value == '\t'))
        {
            scan.Space();
        }
        else if (TextCharacters.Refusal(rune, scan.Previous) is { } kind)
        {
            return kind;
        }
        else
        {
            scan.Append(rune);
        }

        return null;
    }

    private string TooLong() => $"must have at most {_maxLength.ToString("N0", CultureInfo.InvariantCulture)} characters";

    private static string Refused(string kind, int value, int position) =>
        string.Create(CultureInfo.InvariantCulture, $"must not contain {kind}: U+{value:X4} at character {position + 1}");
}
