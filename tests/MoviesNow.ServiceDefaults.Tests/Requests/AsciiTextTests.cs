using System.Text;
using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.ServiceDefaults.Tests.Requests;

public sealed class AsciiTextTests
{
    [Theory]
    [InlineData("Amélie", "Amelie")]
    [InlineData("Ame\u0301lie", "Amelie")]
    [InlineData("Straße", "Strasse")]
    [InlineData("STRAẞE", "STRASSE")]
    [InlineData("Ødegård", "Odegard")]
    [InlineData("Æsir ÆSIR Ætt", "Aesir AESIR Aett")]
    [InlineData("ŁÓDŹ", "LODZ")]
    [InlineData("L’Été – “x”…", "L'Ete - \"x\"...")]
    [InlineData("Жизнь 日", "_____ _")]
    [InlineData("ｘ１", "x1")]
    [InlineData("a\u200Db", "ab")]
    [InlineData("😀", "_")]
    [InlineData("plain\tASCII %", "plain\tASCII %")]
    public void Of_Text_IsTransliterated(string text, string ascii) => Assert.Equal(ascii, AsciiText.Of(text, '_'));

    [Fact]
    public void Of_AnyText_IsAscii() => AnyText.Check(text => Assert.True(Ascii.IsValid(AsciiText.Of(text, '_'))));
}
