using System.Text;
using MoviesNow.Delivery.Links;

namespace MoviesNow.Delivery.Tests.Links;

public sealed class LinkRulesTests
{
    private static readonly TimeSpan Days = TimeSpan.FromDays(2);

    [Theory]
    [InlineData(0, 600)]
    [InlineData(1, 60)]
    [InlineData(59, 60)]
    [InlineData(60, 60)]
    [InlineData(61, 61)]
    [InlineData(3_600, 3_600)]
    [InlineData(3_601, 3_600)]
    [InlineData(int.MaxValue, 3_600)]
    public void Clamp_AskedSeconds_StayWithinTheLimits(int asked, int granted) =>
        Assert.Equal(TimeSpan.FromSeconds(granted), LinkTtl.Clamp(new LinkTtlOptions(), asked, Days));

    [Theory]
    [InlineData(30, 30)]
    [InlineData(0.2, 1)]
    [InlineData(599.9, 599)]
    public void Clamp_BundleExpiresSooner_EndsWithIt(double left, int granted) =>
        Assert.Equal(TimeSpan.FromSeconds(granted), LinkTtl.Clamp(new LinkTtlOptions(), askedSeconds: 0, TimeSpan.FromSeconds(left)));

    [Fact]
    public void Validate_WrongLimits_NamesEachKey()
    {
        var result = new LinkTtlOptionsValidator().Validate(name: null, new LinkTtlOptions { MinSeconds = 0, MaxSeconds = 700_000, DefaultSeconds = 800_000 });

        Assert.Equal(3, result.Failures!.Count());
        Assert.All(["MinSeconds", "MaxSeconds", "DefaultSeconds"], key => Assert.Contains(result.Failures!, failure => failure.StartsWith($"Delivery:LinkTtl:{key} ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("Fjord", "Fjord - S01.zip")]
    [InlineData("../../etc/passwd", "etc-passwd - S01.zip")]
    [InlineData("a\"b\r\nSet-Cookie: x", "a-b--Set-Cookie- x - S01.zip")]
    [InlineData("evil\u202Egpj.exe", "evil-gpj.exe - S01.zip")]
    [InlineData("می\u200Cخواهم", "می\u200Cخواهم - S01.zip")]
    [InlineData("...", "MoviesNow - S01.zip")]
    [InlineData("", "MoviesNow - S01.zip")]
    [InlineData("Blåbær  100%", "Blåbær 100 - S01.zip")]
    [InlineData("CON", "_CON - S01.zip")]
    [InlineData("con.fidential", "_con.fidential - S01.zip")]
    [InlineData("Lpt9 .x", "_Lpt9 .x - S01.zip")]
    [InlineData("COM¹", "_COM¹ - S01.zip")]
    [InlineData("Console", "Console - S01.zip")]
    [InlineData("a\u2028b\uE000c\0", "a-b-c - S01.zip")]
    [InlineData("~/.profile", "profile - S01.zip")]
    public void Of_AnyTitle_GivesASafeFileName(string title, string expected) => Assert.Equal(expected, AttachmentName.Of(title, " - S01.zip"));

    [Theory]
    [InlineData("a", 300, 232)]
    [InlineData("日", 200, 77)]
    [InlineData("😀", 100, 58)]
    [InlineData("👩‍👩‍👧", 40, 12)]
    [InlineData("e\u0301", 200, 77)]
    public void Of_LongTitle_IsCutBetweenCharactersToWhatFileSystemsTake(string character, int count, int kept)
    {
        var name = AttachmentName.Of(string.Concat(Enumerable.Repeat(character, count)), ".zip");

        Assert.Equal(string.Concat(Enumerable.Repeat(character, kept)) + ".zip", name);
        Assert.InRange(Encoding.UTF8.GetByteCount(name), 1, AttachmentName.MaxBytes);
    }

    [Fact]
    public void ContentDisposition_NameThatGrowsInAscii_KeepsItsEndAndFits()
    {
        var header = AttachmentName.ContentDisposition(AttachmentName.Of(new string('½', 120), " - S01.zip"));

        var ascii = header.Split('"')[1];
        Assert.EndsWith(" - S01.zip", ascii, StringComparison.Ordinal);
        Assert.InRange(ascii.Length, 200, AttachmentName.MaxBytes);
    }

    [Theory]
    [InlineData("Fjord.zip", "attachment; filename=\"Fjord.zip\"")]
    [InlineData("Amélie.zip", "attachment; filename=\"Amelie.zip\"; filename*=UTF-8''Am%C3%A9lie.zip")]
    [InlineData("Straße ÆSIR.zip", "attachment; filename=\"Strasse AESIR.zip\"; filename*=UTF-8''Stra%C3%9Fe%20%C3%86SIR.zip")]
    [InlineData("Ødegård “½”.zip", "attachment; filename=\"Odegard -1-2-.zip\"; filename*=UTF-8''%C3%98deg%C3%A5rd%20%E2%80%9C%C2%BD%E2%80%9D.zip")]
    [InlineData("日本.zip", "attachment; filename=\"__.zip\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.zip")]
    [InlineData("Blåbær 😀.zip", "attachment; filename=\"Blabaer _.zip\"; filename*=UTF-8''Bl%C3%A5b%C3%A6r%20%F0%9F%98%80.zip")]
    public void ContentDisposition_AnyName_FollowsRfc6266(string fileName, string expected) => Assert.Equal(expected, AttachmentName.ContentDisposition(fileName));
}
