using System.Globalization;
using System.Text;

namespace MoviesNow.Catalog.Playback.Hls;

/// <summary>A tag with an attribute list (RFC 8216bis 4.2), such as <c>#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac-2"</c>.</summary>
/// <param name="name">Name of the tag.</param>
internal sealed class PlaylistTag(string name)
{
    private readonly StringBuilder _attributes = new();

    /// <summary>Adds an enumerated string or a number; nothing when it is null.</summary>
    public PlaylistTag Add(string attribute, string? value)
    {
        if (value is not null)
        {
            _attributes.Append(_attributes.Length == 0 ? "" : ",").Append(attribute).Append('=').Append(value);
        }

        return this;
    }

    public PlaylistTag Add(string attribute, ulong value) => Add(attribute, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Adds YES or NO.</summary>
    public PlaylistTag Add(string attribute, bool value) => Add(attribute, value ? "YES" : "NO");

    /// <summary>Adds a quoted string; nothing when it is empty.</summary>
    public PlaylistTag AddQuoted(string attribute, string? value) => Add(attribute, string.IsNullOrEmpty(value) ? null : $"\"{Quotable(value)}\"");

    public override string ToString() => $"#{name}:{_attributes}";

    /// <summary>
    /// A text as quoted strings may have it: without quotation marks, line ends and other control characters (RFC 8216bis 4.1 and 4.2),
    /// and in valid UTF-16.
    /// </summary>
    public static string Quotable(string text)
    {
        var safe = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            safe.Append(rune.Value switch
            {
                '"' => "'",
                _ when Rune.GetUnicodeCategory(rune)
                    is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => " ",
                _ => rune.ToString(),
            });
        }

        return safe.ToString().Trim();
    }
}
