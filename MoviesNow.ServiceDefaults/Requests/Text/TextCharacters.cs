using System.Globalization;
using System.Text;

namespace MoviesNow.ServiceDefaults.Requests;

/// <summary>What kinds of characters there are for <see cref="TextRule"/>.</summary>
internal static class TextCharacters
{
    private const int BlackFlag = 0x1F3F4;
    private const int BrailleBlank = 0x2800;

    /// <summary>What a character is that no text may have; null for others. Line breaks are not judged here.</summary>
    /// <param name="rune">The character.</param>
    /// <param name="previous">The one before it; 0 for none.</param>
    public static string? Refusal(Rune rune, int previous) => rune.Value switch
    {
        (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069) => "a control of the writing direction",
        (>= 0x206A and <= 0x206F) or 0xE0001 => "a deprecated format character",
        0xFEFF => "a byte order mark",
        >= 0xFFF9 and <= 0xFFFB => "an annotation character",
        0xFFFC => "an object replacement character",
        // What decoders put where bytes were no text.
        0xFFFD => "a replacement character, which stands for text that was lost",
        _ when IsTag(rune.Value) => previous is BlackFlag || IsTag(previous) ? null : "a tag outside a flag",
        (>= 0xFDD0 and <= 0xFDEF) or (>= 0xFFFE and <= 0xFFFF) => "a noncharacter",
        var value when (value & 0xFFFE) == 0xFFFE => "a noncharacter",
        var value => Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.Control => "a control character",
            // They look different, or are nothing, on each device.
            UnicodeCategory.PrivateUse => "a private-use character",
            // Emoji that are newer than our tables are none of these.
            UnicodeCategory.OtherNotAssigned when UnicodeTables.Shared.IsInvisible(value) => "an unassigned invisible character",
            _ => null,
        },
    };

    /// <summary>True for characters that end a line. CR LF is two of them.</summary>
    public static bool IsLineBreak(Rune rune) => rune.Value is (>= '\n' and <= '\r') or 0x85 or 0x2028 or 0x2029;

    /// <summary>True for what a text may have as white space between words of a line.</summary>
    public static bool IsSpace(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.SpaceSeparator;

    /// <summary>True for characters that are drawn as nothing, or as a blank.</summary>
    public static bool IsInvisible(Rune rune) => rune.Value == BrailleBlank || UnicodeTables.Shared.IsInvisible(rune.Value);

    /// <summary>True for invisible characters that mean something at the end of a word: variation selectors of emoji, and the tags of flags.</summary>
    public static bool BelongsToWord(Rune rune) =>
        rune.Value is (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF) or (>= 0x180B and <= 0x180F) || IsTag(rune.Value);

    /// <summary>True for characters that show something by themselves.</summary>
    public static bool IsVisible(Rune rune) => !IsInvisible(rune) && !IsSpace(rune) && Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.SpacingCombiningMark);

    private static bool IsTag(int value) => value is >= 0xE0020 and <= 0xE007F;
}
