using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.ServiceDefaults.Tests.Requests;

public sealed class LanguageTagTests
{
    [Theory]
    [InlineData("de")]
    [InlineData("gsw")]
    [InlineData("en-US")]
    [InlineData("EN-us")]
    [InlineData("zh-Hant-TW")]
    [InlineData("de-CH-1996")]
    [InlineData("es-419")]
    [InlineData("sl-rozaj-biske")]
    [InlineData("de-a-extend1")]
    [InlineData("x-klingon")]
    [InlineData("x-1")]
    [InlineData("en-x-director")]
    [InlineData("abcdefgh-abcdefgh-abcdefgh-abcdefgh")]
    public void IsWellFormed_Tag_IsTrue(string tag) => Assert.True(LanguageTag.IsWellFormed(tag));

    [Theory]
    [InlineData("")]
    [InlineData("e")]
    [InlineData("x")]
    [InlineData("x-")]
    [InlineData("1")]
    [InlineData("12")]
    [InlineData("e1")]
    [InlineData("en-")]
    [InlineData("-en")]
    [InlineData("en--US")]
    [InlineData("en_US")]
    [InlineData("en US")]
    [InlineData("en-US ")]
    [InlineData("en-ÜS")]
    [InlineData("abcdefghi")]
    [InlineData("en-abcdefghi")]
    [InlineData("en\0")]
    [InlineData("abcdefgh-abcdefgh-abcdefgh-abcdefgh-a")]
    public void IsWellFormed_AnythingElse_IsFalse(string tag) => Assert.False(LanguageTag.IsWellFormed(tag));
}
