using System.Collections.Frozen;
using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.Catalog.Playback.Hls;

/// <summary>
/// What languages call themselves: RFC 8216bis 4.4.6.1 wants NAME in the language of the rendition. A table of our own, because services
/// run without the culture data of the machine, and playlists must not change with it.
/// </summary>
internal static class LanguageNames
{
    private static readonly FrozenDictionary<string, string> Names = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["af"] = "Afrikaans",
        ["ar"] = "العربية",
        ["bg"] = "Български",
        ["bn"] = "বাংলা",
        ["bs"] = "Bosanski",
        ["ca"] = "Català",
        ["cs"] = "Čeština",
        ["cy"] = "Cymraeg",
        ["da"] = "Dansk",
        ["de"] = "Deutsch",
        ["el"] = "Ελληνικά",
        ["en"] = "English",
        ["es"] = "Español",
        ["es-419"] = "Español (Latinoamérica)",
        ["et"] = "Eesti",
        ["eu"] = "Euskara",
        ["fa"] = "فارسی",
        ["fi"] = "Suomi",
        ["fil"] = "Filipino",
        ["fr"] = "Français",
        ["fr-CA"] = "Français (Canada)",
        ["ga"] = "Gaeilge",
        ["gl"] = "Galego",
        ["gu"] = "ગુજરાતી",
        ["he"] = "עברית",
        ["hi"] = "हिन्दी",
        ["hr"] = "Hrvatski",
        ["hu"] = "Magyar",
        ["hy"] = "Հայերեն",
        ["id"] = "Indonesia",
        ["is"] = "Íslenska",
        ["it"] = "Italiano",
        ["ja"] = "日本語",
        ["ka"] = "ქართული",
        ["kk"] = "Қазақ тілі",
        ["kn"] = "ಕನ್ನಡ",
        ["ko"] = "한국어",
        ["lt"] = "Lietuvių",
        ["lv"] = "Latviešu",
        ["mk"] = "Македонски",
        ["ml"] = "മലയാളം",
        ["mr"] = "मराठी",
        ["ms"] = "Melayu",
        ["nb"] = "Norsk bokmål",
        ["nl"] = "Nederlands",
        ["nn"] = "Norsk nynorsk",
        ["no"] = "Norsk",
        ["pa"] = "ਪੰਜਾਬੀ",
        ["pl"] = "Polski",
        ["pt"] = "Português",
        ["pt-BR"] = "Português (Brasil)",
        ["ro"] = "Română",
        ["ru"] = "Русский",
        ["sk"] = "Slovenčina",
        ["sl"] = "Slovenščina",
        ["sq"] = "Shqip",
        ["sr"] = "Српски",
        ["sr-Latn"] = "Srpski",
        ["sv"] = "Svenska",
        ["sw"] = "Kiswahili",
        ["ta"] = "தமிழ்",
        ["te"] = "తెలుగు",
        ["th"] = "ไทย",
        ["tr"] = "Türkçe",
        ["uk"] = "Українська",
        ["ur"] = "اردو",
        ["vi"] = "Tiếng Việt",
        ["yue"] = "廣東話",
        ["zh"] = "中文",
        ["zh-Hans"] = "中文（简体）",
        ["zh-Hant"] = "中文（繁體）",
        ["zu"] = "isiZulu",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The name of a language by the longest prefix of its tag that has one; the tag itself when none has; null for no language.</summary>
    public static string? Of(string language)
    {
        for (var prefix = language; prefix.Length > 0; prefix = prefix[..Math.Max(prefix.LastIndexOf('-'), 0)])
        {
            if (Names.TryGetValue(prefix, out var name))
            {
                return name;
            }
        }

        return language.Length == 0 ? null : language;
    }

    /// <summary>
    /// The tag as LANGUAGE may have it; null when there is none, or a name such as <c>English</c>.
    /// </summary>
    public static string? Tag(string language)
    {
        return LanguageTag.TryCanonicalize(Spell(language), out var tag, out _) && tag is not "und" ? tag : null;
    }

    /// <summary>
    /// A tag in its usual case (RFC 5646 2.1.1): scripts such as <c>Hant</c>, regions such as <c>TW</c>, all else in lower case. Fit for a
    /// quoted string, also when it is no tag.
    /// </summary>
    public static string Spell(string language) => string.Join('-', PlaylistTag.Quotable(language).Split('-').Select((subtag, i) => (i, subtag.Length) switch
    {
        ( > 0, 2) => subtag.ToUpperInvariant(),
        ( > 0, 4) => char.ToUpperInvariant(subtag[0]) + subtag[1..].ToLowerInvariant(),
        _ => subtag.ToLowerInvariant(),
    }));

    /// <summary>True when a language is one that is wanted, or a variety of it: <c>en-GB</c> for <c>en</c>.</summary>
    public static bool Matches(string language, string wanted) =>
        wanted.Length > 0 && language.StartsWith(wanted, StringComparison.OrdinalIgnoreCase) && (language.Length == wanted.Length || language[wanted.Length] is '-');
}
