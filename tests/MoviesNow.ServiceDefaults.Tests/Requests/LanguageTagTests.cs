using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.ServiceDefaults.Tests.Requests;

public sealed class LanguageTagTests
{
    [Theory]
    [InlineData("de", "de")]
    [InlineData("gsw", "gsw")]
    [InlineData("EN-us", "en-US")]
    [InlineData("ZH-hANT-tw", "zh-Hant-TW")]
    [InlineData("sr-Latn", "sr-Latn")]
    [InlineData("es-419", "es-419")]
    [InlineData("de-CH-1996", "de-CH-1996")]
    [InlineData("de-ch-1901", "de-CH-1901")]
    [InlineData("sl-rozaj-BISKE", "sl-rozaj-biske")]
    [InlineData("hy-Latn-IT-arevela", "hy-Latn-IT-arevela")]
    [InlineData("ja-Latn-hepburn-heploc", "ja-Latn-hepburn-alalc97")]
    [InlineData("qaa-Qaaa-QM", "qaa-Qaaa-QM")]
    [InlineData("QTZ-qabx-xz", "qtz-Qabx-XZ")]
    [InlineData("und", "und")]
    [InlineData("mul", "mul")]
    [InlineData("zxx", "zxx")]
    // Deprecated subtags.
    [InlineData("iw", "he")]
    [InlineData("in-ID", "id-ID")]
    [InlineData("ji", "yi")]
    [InlineData("mo", "ro")]
    [InlineData("my-BU", "my-MM")]
    [InlineData("de-DD", "de-DE")]
    [InlineData("ru-SU", "ru-SU")]
    // Extended languages.
    [InlineData("zh-cmn", "cmn")]
    [InlineData("zh-yue-HK", "yue-HK")]
    [InlineData("zh-cmn-Hans-CN", "cmn-Hans-CN")]
    [InlineData("ar-arz", "arz")]
    [InlineData("sgn-ase", "ase")]
    [InlineData("ar-ajp", "apc")]
    // Tags registered whole.
    [InlineData("i-klingon", "tlh")]
    [InlineData("I-LUX", "lb")]
    [InlineData("zh-min-nan", "nan")]
    [InlineData("zh-min", "zh-min")]
    [InlineData("i-default", "i-default")]
    [InlineData("EN-gb-OED", "en-GB-oxendict")]
    [InlineData("art-lojban", "jbo")]
    [InlineData("no-bok", "nb")]
    [InlineData("sgn-US", "ase")]
    [InlineData("sgn-BE-FR", "sfb")]
    // Extensions and private use.
    [InlineData("ar-u-NU-latn", "ar-u-nu-latn")]
    [InlineData("en-u-ca-gregory-t-DE", "en-t-de-u-ca-gregory")]
    [InlineData("en-x-Director", "en-x-director")]
    [InlineData("en-x-a-x", "en-x-a-x")]
    [InlineData("de-x-1-u-2", "de-x-1-u-2")]
    [InlineData("en-x-abcdefgh-abcdefgh-abcdefgh-abc", "en-x-abcdefgh-abcdefgh-abcdefgh-abc")]
    public void TryCanonicalize_Tag_IsInItsOneSpelling(string tag, string canonical)
    {
        Assert.True(LanguageTag.TryCanonicalize(tag, out var actual, out var violation), violation);
        Assert.Equal(canonical, actual);
        Assert.Null(violation);
        Assert.True(LanguageTag.TryCanonicalize(canonical, out var again, out _));
        Assert.Equal(canonical, again);
    }

    [Theory]
    [InlineData("ab-c", "'c' is not a registered extension")]
    [InlineData("nan-CN-46", "'46' is not registered, or out of place")]
    [InlineData("en-US-US", "'US' is not registered, or out of place")]
    [InlineData("English", "'English' is not a registered language")]
    [InlineData("eng", "the language eng is en")]
    [InlineData("ger-DE", "the language ger is de")]
    [InlineData("en-UK", "the region UK is GB")]
    [InlineData("en-ZZZ", "'ZZZ' is not registered, or out of place")]
    [InlineData("de-Latn-Cyrl", "'Cyrl' is not registered, or out of place")]
    [InlineData("de-DE-Latn", "'Latn' is not registered, or out of place")]
    [InlineData("de-Abcd", "'Abcd' is not registered, or out of place")]
    [InlineData("de-1996-DE", "'DE' is not registered, or out of place")]
    [InlineData("de-1996-1996", "'1996' is there twice")]
    [InlineData("sl-rozaj-ROZAJ", "'ROZAJ' is there twice")]
    [InlineData("en-cmn", "'cmn' does not follow 'en'")]
    [InlineData("zh-cmn-yue", "'yue' is not registered, or out of place")]
    [InlineData("de-a-extend1", "'a' is not a registered extension")]
    [InlineData("en-u-ca-u-nu", "'u' is there twice")]
    [InlineData("en-u", "something must follow the u")]
    [InlineData("en-t-u-ca", "something must follow the t")]
    [InlineData("en-x", "something must follow the x")]
    [InlineData("x-klingon", "a tag of private use only tells nothing to others")]
    [InlineData("X-1", "a tag of private use only tells nothing to others")]
    [InlineData("i-nothing", "'i' is not a registered language")]
    [InlineData("qua-ql", "'ql' is not registered, or out of place")]
    public void TryCanonicalize_NotRegisteredOrOutOfPlace_SaysWhat(string tag, string problem)
    {
        Assert.False(LanguageTag.TryCanonicalize(tag, out var canonical, out var violation));
        Assert.Null(canonical);
        Assert.Equal($"must be a BCP 47 language tag such as en or pt-BR: {problem}", violation);
    }

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
    [InlineData("еn")]
    [InlineData("ıw")]
    [InlineData("abcdefghi")]
    [InlineData("en-abcdefghi")]
    [InlineData("en-x-abcdefghi")]
    [InlineData("en\0")]
    [InlineData("en-x-abcdefgh-abcdefgh-abcdefgh-abcd")]
    public void TryCanonicalize_Malformed_IsRefused(string tag) => Assert.False(LanguageTag.TryCanonicalize(tag, out _, out _));

    [Fact]
    public void TryCanonicalize_EveryRegisteredSubtag_LeadsToATagThatStays()
    {
        var registry = LanguageSubtags.Shared;
        var tags = registry.Languages.Values
            .Concat(registry.Extlangs.Values.Select(extlang => $"{registry.PrefixOf(extlang)}-{extlang}"))
            .Concat(registry.Scripts.Values.Select(script => $"und-{script}"))
            .Concat(registry.Regions.Values.Select(region => $"und-{region}"))
            .Concat(registry.Variants.Values.Select(variant => $"und-{variant}"))
            .Concat(registry.Tags.Values);
        foreach (var tag in tags)
        {
            Assert.True(LanguageTag.TryCanonicalize(tag.ToUpperInvariant(), out var canonical, out var violation), $"{tag} {violation}");
            Assert.True(LanguageTag.TryCanonicalize(canonical, out var again, out _), canonical);
            Assert.Equal(canonical, again);
        }
    }
}
