using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace MoviesNow.Storage.Tests.Keys;

public sealed class StorageKeyTests
{
    private static readonly string[] Pieces =
    [
        "..", ".", "...", "/", "//", "\\", "%2e", "%2E%2e", "%2f", "%5c", "%00", "\0", "\n", "\x7f", "\u0085", "․", "‥", "．．", "／", "⁄", "∕", "＼", "ａ", "é",
        "\ud800", "a", "S01.zip", "originals", "bundles", "-", "_", " ", "+", "~", "?", "#", ":", "\u202e", "\u200b", "\ufeff", "Ⅷ", "٣",
        "e\u0301", "a\u0338", "\u2025", "\uff0e\uff0e", "\uff0f", "\u29f8", "\u2215", "\ufe52", "\u3002", "\U0001D7D8", new string('x', 400),
    ];

    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(3_000);

    /// <summary>Spellings made of what attackers try, mixed with what is allowed.</summary>
    private static Arbitrary<string> Spellings() =>
        Gen.OneOf(
            Gen.Elements(Pieces).ListOf().Select(string.Concat),
            Gen.Elements("a", "b-1", "S01.zip", "/", "//", ".", "_").ListOf().Select(string.Concat),
            ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => text.Get)).ToArbitrary();

    [Theory]
    [InlineData("bundles/a/S01.zip", "bundles/a/S01.zip")]
    [InlineData("/bundles/a", "bundles/a")]
    [InlineData("///a", "a")]
    [InlineData("a//b///c", "a/b/c")]
    [InlineData("a/...", "a/...")]
    [InlineData("a/.b", "a/.b")]
    [InlineData("a/b..c", "a/b..c")]
    public void TryParse_AllowedSpelling_Normalises(string text, string expected)
    {
        Assert.True(StorageKey.TryParse(text, out var key, out var violation));
        Assert.Equal(expected, key.Value);
        Assert.Null(violation);
    }

    [Theory]
    [InlineData(null, "empty")]
    [InlineData("", "empty")]
    [InlineData("///", "empty")]
    [InlineData("a/", "end with a slash")]
    [InlineData("a//", "end with a slash")]
    [InlineData("..", "'..'")]
    [InlineData("a/../b", "'..'")]
    [InlineData("a/..", "'..'")]
    [InlineData("//../a", "'..'")]
    [InlineData("a/./b", "'.'")]
    [InlineData("./a", "'.'")]
    [InlineData("a\\b", "backslash")]
    [InlineData("..\\a", "backslash")]
    [InlineData("a\0b", "NUL")]
    [InlineData("a\r\nb", "control")]
    [InlineData("a\u007f", "control")]
    [InlineData("%2e%2e/a", "percent")]
    [InlineData("a%2fb", "percent")]
    [InlineData("%252e", "percent")]
    [InlineData("．．/a", "ASCII")]
    [InlineData("a／b", "ASCII")]
    [InlineData("é", "ASCII")]
    [InlineData("a b", "may only contain")]
    [InlineData("a?b", "may only contain")]
    [InlineData("a:b", "may only contain")]
    public void TryParse_ForbiddenSpelling_NamesTheRule(string? text, string rule)
    {
        Assert.False(StorageKey.TryParse(text, out var key, out var violation));
        Assert.Null(key);
        Assert.Contains(rule, violation, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => StorageKey.Parse(text));
    }

    [Fact]
    public void TryParse_Length_IsCountedAfterNormalising()
    {
        Assert.True(StorageKey.TryParse("//" + new string('a', 1_024), out _));
        Assert.False(StorageKey.TryParse(new string('a', 1_025), out _, out var violation));
        Assert.Contains("1,024", violation, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_EveryCharacterThereIs_OnlyTheAllowedOnesPass()
    {
        for (var c = 0; c <= char.MaxValue; c++)
        {
            var allowed = c < 128 && (char.IsAsciiLetterOrDigit((char)c) || (char)c is '/' or '_' or '.' or '-');
            Assert.Equal(allowed, StorageKey.TryParse($"a{(char)c}b", out _));
        }
    }

    [Fact]
    public void TryParse_AnyLength_PassesUpTo1024Bytes() =>
        Prop.ForAll(
            Gen.Choose(1_000, 1_050).ToArbitrary(),
            Gen.Elements("", "/", "//////").ToArbitrary(),
            Gen.Elements("a", "b/", "c//").ToArbitrary(),
            (length, before, piece) =>
            {
                var normal = string.Concat(Enumerable.Repeat(piece.Replace("//", "/", StringComparison.Ordinal), length))[..(length - 1)] + "z";
                return StorageKey.TryParse(before + normal, out var key) == (length <= StorageKey.MaxLength) && (key is null || key.Value == normal);
            }).Check(Thorough);

    [Fact]
    public void Spellings_Sampled_AreOftenAccepted() =>
        Assert.InRange(Spellings().Generator.Sample(2_000).Count(text => StorageKey.TryParse(text, out _)), 100, 1_900);

    [Fact]
    public void TryParse_AnySpelling_NeverAcceptsWhatIsForbidden() =>
        Prop.ForAll(Spellings(), text => !StorageKey.TryParse(text, out var key) || IsSafe(key.Value)).Check(Thorough);

    [Fact]
    public void TryParse_AnySpelling_NormalisesOnce() =>
        Prop.ForAll(Spellings(), text =>
            !StorageKey.TryParse(text, out var key) || (StorageKey.TryParse(key.Value, out var again) && again == key && again.Value == key.Value))
            .Check(Thorough);

    [Fact]
    public void TryParse_AnySpelling_OnlyDropsSlashes() =>
        Prop.ForAll(Spellings(), text =>
            !StorageKey.TryParse(text, out var key)
            || key.Value.Replace("/", "", StringComparison.Ordinal) == text.Replace("/", "", StringComparison.Ordinal))
            .Check(Thorough);

    [Fact]
    public void TryParse_RefusedSpelling_IsNotRepeatedInTheViolation() =>
        Prop.ForAll(Spellings(), text =>
            StorageKey.TryParse(text, out _, out var violation) || text.Length < 12 || !violation.Contains(text, StringComparison.Ordinal))
            .Check(Thorough);

    [Fact]
    public void TryParse_TraversalAnywhereInAKey_IsRefused() =>
        Prop.ForAll(
            Gen.Elements("..", ".", "%2e%2e", "%2E.", ".%2e", "..\\", "\\..", "．．", "‥", "․․", "..\0", "..%00", "..%2f", "%c0%ae%c0%ae").ToArbitrary(),
            Gen.Elements("", "/", "//", "a/", "a//", "/a/b/").ToArbitrary(),
            Gen.Elements("", "/", "//", "/a", "//a", "/originals/x").ToArbitrary(),
            (dots, before, after) => !StorageKey.TryParse(before + dots + after, out _))
            .Check(Thorough);

    private static bool IsSafe(string key) =>
        key.Length is > 0 and <= 1_024
        && Encoding.UTF8.GetByteCount(key) == key.Length
        && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '.' or '-')
        && key.Split('/').All(segment => segment is not ("" or "." or ".."));
}
