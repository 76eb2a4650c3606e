using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.ServiceDefaults.Tests.Requests;

public sealed class CountryCodeTests
{
    [Theory]
    [InlineData("GB")]
    [InlineData("SS")]
    [InlineData("TW")]
    [InlineData("BQ")]
    [InlineData("UM")]
    public void Violation_AssignedCode_IsNone(string code) => Assert.Null(CountryCode.Violation(code));

    [Theory]
    [InlineData("UK", ": UK is GB")]
    [InlineData("SU", ": SU is RU")]
    [InlineData("EU", "")]
    [InlineData("AN", "")]
    [InlineData("ZZ", "")]
    [InlineData("XK", "")]
    [InlineData("AA", "")]
    [InlineData("de", "")]
    [InlineData("D", "")]
    [InlineData("DEU", "")]
    [InlineData("276", "")]
    [InlineData("ÄÖ", "")]
    [InlineData("", "")]
    public void Violation_AnythingElse_SaysWhatIsMeant(string code, string hint) =>
        Assert.Equal("must be an officially assigned ISO 3166-1 alpha-2 code in upper case" + hint, CountryCode.Violation(code));

    [Fact]
    public void All_Codes_AreTheAssignedOnesAndRegionsOfLanguages()
    {
        Assert.Equal(249, CountryCode.All.Count);
        Assert.All(CountryCode.All, code => Assert.Equal(code, LanguageSubtags.Shared.Regions.Find(code)));
    }
}
