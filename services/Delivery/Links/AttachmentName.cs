using System.Buffers;
using System.Globalization;
using System.Text;
using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.Delivery.Links;

/// <summary>The file name that a browser saves under, and the header that tells it (RFC 6266, RFC 8187).</summary>
internal static class AttachmentName
{
    /// <summary>
    /// The longest name, in bytes of UTF-8. File systems take 255, and browsers add to the name while they download: Chromium with <c>.crdownload</c> saves
    /// nothing when that does not fit.
    /// </summary>
    public const int MaxBytes = 236;

    private const string Nameless = "MoviesNow";

    private static readonly Rune Hyphen = new('-');

    // Characters that some file system, shell or browser refuses, replaces or misreads.
    private static readonly SearchValues<char> Unsafe = SearchValues.Create("\\/:*?\"<>|%;~");

    /// <summary>
    /// A safe file name of at most <see cref="MaxBytes"/> bytes: what is unsafe becomes a hyphen, white space collapses, dots at the ends go, and a title that is too
    /// long is cut between characters, as people see them.
    /// </summary>
    /// <param name="title">Name of the title, as people gave it.</param>
    /// <param name="suffix">What is added, such as <c> - S01.zip</c>; trusted, and kept whole.</param>
    public static string Of(string title, string suffix)
    {
        var safe = new StringBuilder(title.Length);
        foreach (var rune in title.EnumerateRunes())
        {
            safe.Append(IsUnsafe(rune) ? Hyphen : rune);
        }

        var name = string.Join(' ', safe.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries)).Trim('.', ' ', '-');
        name = IsDevice(name) ? $"_{name}" : name;
        name = Shorten(name, MaxBytes - Encoding.UTF8.GetByteCount(suffix)).TrimEnd('.', ' ', '-');
        return (name.Length == 0 ? Nameless : name) + suffix;
    }

    /// <summary>The value of Content-Disposition: the name in ASCII, transliterated where it can be, and as it is in UTF-8 when that is more.</summary>
    public static string ContentDisposition(string fileName)
    {
        var transliterated = AsciiText.Of(fileName, replacement: '_');
        // Quotation marks of other scripts have ASCII forms that would end the quoted string.
        var ascii = transliterated.AsSpan().ContainsAny(Unsafe) ? string.Concat(transliterated.Select(c => Unsafe.Contains(c) ? '-' : c)) : transliterated;
        var quoted = $"attachment; filename=\"{Fit(ascii)}\"";
        return string.Equals(ascii, fileName, StringComparison.Ordinal) ? quoted : $"{quoted}; filename*=UTF-8''{Uri.EscapeDataString(fileName)}";
    }

    /// <summary>One character may become several in ASCII, so a name that fitted may not any more. The end is kept: it has the extension.</summary>
    private static string Fit(string ascii)
    {
        var end = ascii.LastIndexOf(" - ", StringComparison.Ordinal);
        end = end < 0 ? ascii.LastIndexOf('.') : end;
        return ascii.Length <= MaxBytes || end < 0 ? ascii[..Math.Min(ascii.Length, MaxBytes)] : ascii[..(MaxBytes - (ascii.Length - end))] + ascii[end..];
    }

    private static string Shorten(string name, int maxBytes)
    {
        var (length, bytes) = (0, 0);
        while (length < name.Length)
        {
            var element = StringInfo.GetNextTextElementLength(name, length);
            bytes += Encoding.UTF8.GetByteCount(name.AsSpan(length, element));
            if (bytes > maxBytes)
            {
                break;
            }

            length += element;
        }

        return name[..length];
    }

    /// <summary>Windows takes these for devices, whatever follows a dot.</summary>
    private static bool IsDevice(string name)
    {
        var stem = name.Split('.')[0].TrimEnd().ToUpperInvariant();
        return stem is "CON" or "PRN" or "AUX" or "NUL" or "CONIN$" or "CONOUT$"
            || (stem is ['C', 'O', 'M', var com] && IsDeviceNumber(com))
            || (stem is ['L', 'P', 'T', var lpt] && IsDeviceNumber(lpt));
    }

    private static bool IsDeviceNumber(char c) => char.IsAsciiDigit(c) || c is '\u00B9' or '\u00B2' or '\u00B3';

    // Bidirectional overrides and their like make a name look like another one. Joiners are part of how emoji and Persian are written; Chromium
    // saves them as underscores.
    private static bool IsUnsafe(Rune rune) => rune.IsAscii
        ? Rune.IsControl(rune) || Unsafe.Contains((char)rune.Value)
        : Rune.IsControl(rune) || (rune.Value is not (0x200C or 0x200D) && Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate);
}
