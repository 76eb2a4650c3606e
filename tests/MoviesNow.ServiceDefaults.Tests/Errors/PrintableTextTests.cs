using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.ServiceDefaults.Tests.Errors;

public sealed class PrintableTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("S01/E01 é 日本 \ud83c\udfac.mp4", "S01/E01 é 日本 \ud83c\udfac.mp4")]
    [InlineData("a\u001b[31mb", "a\\u001B[31mb")]
    [InlineData("a\r\nb\0", "a\\u000D\\u000Ab\\u0000")]
    [InlineData("gp\u202e4mp", "gp\\u202E4mp")]
    [InlineData("a\u200b\ufeff\u2028\u00a0\ue000b", "a\\u200B\\uFEFF\\u2028\\u00A0\\uE000b")]
    public void Of_AnyCharacters_ShowsWhatActsOnATerminalAsCodes(string text, string expected) => Assert.Equal(expected, PrintableText.Of(text, 100));

    [Fact]
    public void Of_HalfOfACharacter_ShowsThatItIsNone() => Assert.Equal("half \ufffd", PrintableText.Of($"half {(char)0xd83c}", 100));

    [Theory]
    [InlineData("abcdef", 6, "abcdef")]
    [InlineData("abcdefg", 6, "abc…fg")]
    [InlineData("abcdefg", 5, "ab…fg")]
    [InlineData("abcd", 3, "a…d")]
    [InlineData("ab\ud83c\udfacd\ud83c\udfac", 6, "ab…\ud83c\udfac")]
    public void Of_ALongText_LeavesOutTheMiddle(string text, int maxLength, string expected) => Assert.Equal(expected, PrintableText.Of(text, maxLength));

    [Fact]
    public void Of_AnyText_IsPrintableShortAndTheSameWhenDoneTwice() => Prop.ForAll(
        ArbMap.Default.ArbFor<string?>(),
        Gen.Choose(3, 40).ToArbitrary(),
        (text, maxLength) =>
        {
            var shown = PrintableText.Of(text ?? "", maxLength);
            Assert.InRange(shown.Length, 0, maxLength);
            Assert.Equal(shown, PrintableText.Of(shown, maxLength));
            Assert.DoesNotContain(shown.EnumerateRunes(), rune => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format);
        }).Check(Config.QuickThrowOnFailure);
}
