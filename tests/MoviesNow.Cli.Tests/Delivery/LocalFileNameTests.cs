using System.Text;
using MoviesNow.Cli.Delivery;

namespace MoviesNow.Cli.Tests.Delivery;

public sealed class LocalFileNameTests
{
    [Theory]
    [InlineData("Fjord - S01.zip", "Fjord - S01.zip")]
    [InlineData("Blå kyst – 1.zip", "Blå kyst – 1.zip")]
    [InlineData("../../etc/passwd", "etc-passwd")]
    [InlineData("/etc/passwd", "etc-passwd")]
    [InlineData("..\\..\\a.zip", "a.zip")]
    [InlineData("C:\\a.zip", "C--a.zip")]
    [InlineData("..", "download")]
    [InlineData(".", "download")]
    [InlineData("", "download")]
    [InlineData("...", "download")]
    [InlineData(".bashrc", "bashrc")]
    [InlineData("-rf", "rf")]
    [InlineData("~root", "root")]
    [InlineData("a\u001b[31m\r\n\0b.zip", "a-[31m---b.zip")]
    [InlineData("fdp\u202epiz.exe", "fdp-piz.exe")]
    [InlineData("a.zip. .", "a.zip")]
    [InlineData("con", "_con")]
    [InlineData("NUL.zip", "_NUL.zip")]
    [InlineData("COM¹.tar.gz", "_COM¹.tar.gz")]
    [InlineData("context.zip", "context.zip")]
    public void Of_AnyName_IsOneHarmlessSegment(string given, string expected) => Assert.Equal(expected, LocalFileName.Of(given));

    [Theory]
    [InlineData('a')]
    [InlineData('海')]
    public void Of_LongName_KeepsItsExtension(char character)
    {
        var name = LocalFileName.Of(new string(character, 300) + ".zip");

        Assert.InRange(Encoding.UTF8.GetByteCount(name), 195, 200);
        Assert.EndsWith($"{character}.zip", name, StringComparison.Ordinal);
    }
}
