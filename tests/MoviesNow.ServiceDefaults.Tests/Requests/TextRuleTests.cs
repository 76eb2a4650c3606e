using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.ServiceDefaults.Tests.Requests;

public sealed class TextRuleTests
{
    private static readonly TextRule Line = TextRule.Line(200);

    private static readonly TextRule Paragraphs = TextRule.Paragraphs(4_000);

    [Theory]
    [InlineData("", "")]
    [InlineData("  ", "")]
    [InlineData("Harbour Lights", "Harbour Lights")]
    [InlineData(" Harbour  Lights ", "Harbour Lights")]
    [InlineData("a\u00A0\u2003\u3000b\u2009", "a b")]
    [InlineData("Ame\u0301lie", "Amélie")]
    [InlineData("A\u030Angstrom \u212B", "Ångstrom Å")]
    [InlineData("q\u0307\u0323", "q\u0323\u0307")]
    [InlineData("\u1112\u1161\u11AB", "한")]
    [InlineData("می\u200Cخواهم", "می\u200Cخواهم")]
    [InlineData("क्\u200Dष", "क्\u200Dष")]
    [InlineData("👨\u200D👩\u200D👧", "👨\u200D👩\u200D👧")]
    [InlineData("❤\uFE0F", "❤\uFE0F")]
    [InlineData("1\uFE0F\u20E3", "1\uFE0F\u20E3")]
    [InlineData("\U0001F3F4\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F", "\U0001F3F4\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F")]
    [InlineData("\u200EABC\u200F", "ABC")]
    [InlineData("ABC\u200E!", "ABC\u200E!")]
    [InlineData("a \u200B b", "a b")]
    [InlineData("\u2800a\u3164", "a")]
    [InlineData("\u2800⠁\u2800⠃", "⠁\u2800⠃")]
    [InlineData("\U0001FAE8 \U000323B0", "\U0001FAE8 \U000323B0")]
    [InlineData("\u0301", null)]
    [InlineData("<script>%00' OR 1=1 --", "<script>%00' OR 1=1 --")]
    public void Apply_Line_IsCanonical(string text, string? canonical)
    {
        var violation = Line.Apply(text, out var actual);

        Assert.Equal(canonical is null ? "must have a visible character" : null, violation);
        Assert.Equal(canonical ?? text, actual);
    }

    [Theory]
    [InlineData("a\nb", "a line break: U+000A at character 2")]
    [InlineData("a\r\nb", "a line break: U+000D at character 2")]
    [InlineData("ab\n", "a line break: U+000A at character 3")]
    [InlineData("a\u0085b", "a line break: U+0085 at character 2")]
    [InlineData("a\u2028b", "a line break: U+2028 at character 2")]
    [InlineData("a\u2029b", "a line break: U+2029 at character 2")]
    [InlineData("a\vb", "a line break: U+000B at character 2")]
    [InlineData("a\tb", "a control character: U+0009 at character 2")]
    [InlineData("\0", "a control character: U+0000 at character 1")]
    [InlineData("😀\u001B[2J", "a control character: U+001B at character 2")]
    [InlineData("a\u007F", "a control character: U+007F at character 2")]
    [InlineData("a\u009F", "a control character: U+009F at character 2")]
    [InlineData("evil\u202Egpj", "a control of the writing direction: U+202E at character 5")]
    [InlineData("a\u202Ab", "a control of the writing direction: U+202A at character 2")]
    [InlineData("a\u2066b\u2069", "a control of the writing direction: U+2066 at character 2")]
    [InlineData("a\u2069", "a control of the writing direction: U+2069 at character 2")]
    [InlineData("a\u206A", "a deprecated format character: U+206A at character 2")]
    [InlineData("\uFEFFa", "a byte order mark: U+FEFF at character 1")]
    [InlineData("\uFEFF", "a byte order mark: U+FEFF at character 1")]
    [InlineData("a\uFFF9", "an annotation character: U+FFF9 at character 2")]
    [InlineData("a\uFFFC", "an object replacement character: U+FFFC at character 2")]
    [InlineData("Am\uFFFDlie", "a replacement character, which stands for text that was lost: U+FFFD at character 3")]
    [InlineData("a\uFDD0", "a noncharacter: U+FDD0 at character 2")]
    [InlineData("a\uFFFE", "a noncharacter: U+FFFE at character 2")]
    [InlineData("\U0010FFFF", "a noncharacter: U+10FFFF at character 1")]
    [InlineData("a\uE000", "a private-use character: U+E000 at character 2")]
    [InlineData("a\U00100000", "a private-use character: U+100000 at character 2")]
    [InlineData("a\U000E0041", "a tag outside a flag: U+E0041 at character 2")]
    [InlineData("a\U000E0001", "a deprecated format character: U+E0001 at character 2")]
    [InlineData("a\U000E0200", "an unassigned invisible character: U+E0200 at character 2")]
    public void Apply_LineWithWhatHidesOrTurns_NamesIt(string text, string what)
    {
        Assert.Equal($"must not contain {what}", Line.Apply(text, out var same));
        Assert.Equal(text, same);
    }

    [Theory]
    [InlineData(0x200B)]
    [InlineData(0x200C)]
    [InlineData(0x200D)]
    [InlineData(0x200E)]
    [InlineData(0x2060)]
    [InlineData(0x2800)]
    [InlineData(0x3164)]
    [InlineData(0x115F)]
    [InlineData(0x1160)]
    [InlineData(0xFFA0)]
    [InlineData(0xAD)]
    [InlineData(0x34F)]
    [InlineData(0x17B4)]
    [InlineData(0xFE0F)]
    [InlineData(0xE0100)]
    [InlineData(0x1D173)]
    public void Apply_OfInvisibleCharactersOnly_IsRefused(int character)
    {
        var text = char.ConvertFromUtf32(character);
        Assert.Equal("must have a visible character", Line.Apply(text, out _));
        Assert.Equal("must have a visible character", Line.Apply($" {text}\u200B \u2800", out _));
        Assert.Equal("must have a visible character", Paragraphs.Apply($"{text}\n{text}", out _));
        Assert.Null(Line.Apply($"a{text}b", out var inside));
        Assert.Equal($"a{text}b", inside);
    }

    [Theory]
    [InlineData('\uD800')]
    [InlineData('\uDFFF')]
    public void Apply_UnpairedSurrogate_IsRefused(char surrogate)
    {
        Assert.Equal($"must not contain an unpaired surrogate: U+{(int)surrogate:X4} at character 3", Line.Apply($"a😀{surrogate}b", out _));
        Assert.NotNull(Line.Apply($"a{surrogate}", out _));
    }

    [Theory]
    [InlineData("x", 200)]
    [InlineData("é", 200)]
    [InlineData("e\u0301", 200)]
    [InlineData("😀", 200)]
    [InlineData("x\u0323", 100)]
    [InlineData("👨\u200D👩", 66)]
    [InlineData("\u03B1\u0313\u0300\u0345", 200)]
    [InlineData("\uFB2C", 66)]
    public void Apply_Length_CountsCodePointsOfTheResult(string character, int fits)
    {
        var most = string.Concat(Enumerable.Repeat(character, fits));

        Assert.Null(Line.Apply(most, out _));
        Assert.Null(Line.Apply($"  {most}   ", out _));
        Assert.Equal("must have at most 200 characters", Line.Apply(most + character, out _));
    }

    [Fact]
    public void Apply_LongerThanAnyResult_IsRefusedAtOnce()
    {
        Assert.Equal("must have at most 200 characters", Line.Apply(string.Concat(Enumerable.Repeat("\u0323\u0301", 500_000)), out _));
        Assert.Equal("must have at most 4,000 characters", Paragraphs.Apply(new string('x', 4_001), out _));
        Assert.Null(Paragraphs.Apply(new string('x', 4_000), out _));
    }

    [Theory]
    [InlineData("Line one\nLine two", "Line one\nLine two")]
    [InlineData("a\r\nb\rc\u2028d\u2029e\u0085f", "a\nb\nc\nd\ne\nf")]
    [InlineData("a\r\n\r\nb", "a\n\nb")]
    [InlineData("a\n\n\n\nb", "a\n\nb")]
    [InlineData("a \n \n \n b", "a\n\nb")]
    [InlineData("\n\n a\tb \t c \n", "a b c")]
    [InlineData("a \n b", "a\nb")]
    [InlineData("\r\n", "")]
    public void Apply_Paragraphs_KeepLineBreaks(string text, string canonical)
    {
        Assert.Null(Paragraphs.Apply(text, out var actual));
        Assert.Equal(canonical, actual);
    }

    [Theory]
    [InlineData("a\vb")]
    [InlineData("a\fb")]
    [InlineData("a\u001Bb")]
    [InlineData("a\nb\u202Ec")]
    public void Apply_ParagraphsWithControls_AreRefused(string text) => Assert.NotNull(Paragraphs.Apply(text, out _));

    [Fact]
    public void Apply_AnyText_IsCanonicalWhenDoneTwiceAndNotTooLong() => AnyText.Check(text =>
    {
        foreach (var (rule, most) in new[] { (TextRule.Line(12), 12), (TextRule.Paragraphs(20), 20) })
        {
            if (rule.Apply(text, out var canonical) is not null)
            {
                Assert.Equal(text, canonical);
                continue;
            }

            Assert.InRange(canonical.EnumerateRunes().Count(), 0, most);
            Assert.Null(rule.Apply(canonical, out var again));
            Assert.Equal(canonical, again);
            Assert.Equal(canonical, canonical.Trim());
            Assert.DoesNotContain("  ", canonical, StringComparison.Ordinal);
        }
    });
}
