using System.Text;
using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.Delivery.Links;

/// <summary>The file name that a browser saves under, and the header that tells it (RFC 6266, RFC 8187).</summary>
internal static class AttachmentName
{
    private const int MaxLength = 120;

    // Characters that some file system or shell refuses or misreads.
    private const string Unsafe = "\\/:*?\"<>|%;";

    /// <summary>A safe file name: what is unsafe becomes a hyphen, white space collapses, dots at the ends go.</summary>
    /// <param name="title">Name of the title, as people gave it.</param>
    /// <param name="suffix">What is added, such as <c> - S01.zip</c>; trusted.</param>
    public static string Of(string title, string suffix)
    {
        var safe = new StringBuilder();
        foreach (var rune in title.EnumerateRunes())
        {
            safe.Append(Rune.IsControl(rune) || IsInvisible(rune) || (rune.IsAscii && Unsafe.Contains((char)rune.Value, StringComparison.Ordinal)) ? "-" : rune.ToString());
        }

        var name = string.Join(' ', safe.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries)).Trim('.', ' ', '-');
        name = Shorten(name);
        return (name.Length == 0 ? "MoviesNow" : name) + suffix;
    }

    /// <summary>The value of Content-Disposition: the name in ASCII, transliterated where it can be, and as it is in UTF-8 when that is more.</summary>
    public static string ContentDisposition(string fileName)
    {
        var transliterated = AsciiText.Of(fileName, replacement: '_');
        // Quotation marks of other scripts have ASCII forms that would end the quoted string.
        var ascii = string.Concat(transliterated.Select(c => Unsafe.Contains(c, StringComparison.Ordinal) ? '-' : c));
        var quoted = $"attachment; filename=\"{ascii}\"";
        return string.Equals(ascii, fileName, StringComparison.Ordinal) ? quoted : $"{quoted}; filename*=UTF-8''{Uri.EscapeDataString(fileName)}";
    }

    private static string Shorten(string name)
    {
        if (name.Length <= MaxLength)
        {
            return name;
        }

        // Never between the two halves of a surrogate pair.
        var end = char.IsHighSurrogate(name[MaxLength - 1]) ? MaxLength - 1 : MaxLength;
        return name[..end].TrimEnd();
    }

    // Bidirectional overrides and their like make a name look like another one; joiners are part of how emoji and Persian are written.
    private static bool IsInvisible(Rune rune) => rune.Value is not (0x200C or 0x200D) && Rune.GetUnicodeCategory(rune)
        is System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.LineSeparator
        or System.Globalization.UnicodeCategory.ParagraphSeparator or System.Globalization.UnicodeCategory.OtherNotAssigned;
}
