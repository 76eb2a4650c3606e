using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.ServiceDefaults.Tests.Requests;

public sealed class SearchKeyTests
{
    [Theory]
    [InlineData("ΟΔΥΣΣΕΑΣ", "οδυσσεασ")]
    [InlineData("Οδυσσέας", "οδυσσεασ")]
    [InlineData("οδυσσεας", "οδυσσεασ")]
    [InlineData("ᾨδή", "ωδη")]
    [InlineData("İSTANBUL", "istanbul")]
    [InlineData("Işık", "isik")]
    [InlineData("STRASSE", "strasse")]
    [InlineData("Straße", "strasse")]
    [InlineData("STRAẞE", "strasse")]
    [InlineData("Amélie", "amelie")]
    [InlineData("Ame\u0301lie", "amelie")]
    [InlineData("Œdipe roi", "oedipe roi")]
    [InlineData("Æon", "aeon")]
    [InlineData("Łódź", "lodz")]
    [InlineData("Ødegård", "odegard")]
    [InlineData("Þór", "thor")]
    [InlineData("Ðiểm Điện", "diem dien")]
    [InlineData("Ｆｕｌｌ　Ｗｉｄｔｈ", "full width")]
    [InlineData("ﬁlm", "film")]
    [InlineData("Alien³", "alien3")]
    [InlineData("½", "1/2")]
    [InlineData("𝔐𝔬𝔳𝔦𝔢", "movie")]
    [InlineData("L’Été", "l'ete")]
    [InlineData("“Spider–Man” …", "\"spider-man\" ...")]
    [InlineData("Spider‑Man", "spider-man")]
    [InlineData("ёлка ЙОД", "елка иод")]
    [InlineData("ﾊﾟﾝﾀﾞ", "パンダ")]
    [InlineData("がか", "がか")]
    [InlineData("한국", "한국")]
    [InlineData("हिंदी", "हिंदी")]
    [InlineData("ไทย", "ไทย")]
    [InlineData("مُحَمَّد", "محمد")]
    [InlineData("שָׁלוֹם", "שלום")]
    [InlineData("გამარჯობა ᲒᲐ", "გამარჯობა გა")]
    [InlineData("  Harbour \t Lights ", "harbour lights")]
    [InlineData("می\u200Cخواهم", "میخواهم")]
    [InlineData("100%_\\", "100%_\\")]
    [InlineData("😀", "😀")]
    [InlineData("\u0301", "\u0301")]
    [InlineData("", "")]
    [InlineData(" ", "")]
    public void Of_Text_IsAsPeopleTypeIt(string text, string key) => Assert.Equal(key, SearchKey.Of(text));

    [Fact]
    public void Of_AnyText_IsTheSameWhenDoneTwiceAndWhateverTheForm() => AnyText.Check(text =>
    {
        var key = SearchKey.Of(text);
        Assert.Equal(key, SearchKey.Of(key));
        Assert.Equal(key, SearchKey.Of(Normalization.Compose(text)));
        Assert.Equal(string.IsNullOrWhiteSpace(text), key.Length == 0);
    });
}
