namespace MoviesNow.ServiceDefaults.Requests;

/// <summary>The subtags that are registered (IANA Language Subtag Registry, RFC 5646 section 3), in any case.</summary>
internal sealed class LanguageSubtags
{
    private readonly Dictionary<string, string> _extlangPrefixes = new(StringComparer.OrdinalIgnoreCase);

    private LanguageSubtags(TableFile file)
    {
        Languages = new SubtagSet(file["languages"]);
        Extlangs = new SubtagSet([.. file["extlangs"].Select(RememberPrefix)]);
        Scripts = new SubtagSet(file["scripts"]);
        Regions = new SubtagSet(file["regions"]);
        Variants = new SubtagSet(file["variants"]);
        Tags = new SubtagSet(file["tags"]);
        Hints = new SubtagSet(file["hints"]);
    }

    /// <summary>The registry; read when it is first needed.</summary>
    public static LanguageSubtags Shared { get; } = new(TableFile.Open("Languages.subtags.txt"));

    public SubtagSet Languages { get; }

    /// <summary>Languages that may follow one that encompasses them, as in <c>zh-yue</c>.</summary>
    public SubtagSet Extlangs { get; }

    public SubtagSet Scripts { get; }

    public SubtagSet Regions { get; }

    public SubtagSet Variants { get; }

    /// <summary>Tags that are registered whole: grandfathered ones, and those that a subtag replaced.</summary>
    public SubtagSet Tags { get; }

    /// <summary>Codes that are no subtags, such as <c>eng</c>, and what is meant by them.</summary>
    public SubtagSet Hints { get; }

    /// <summary>The language that an extended language may follow.</summary>
    public string PrefixOf(string extlang) => _extlangPrefixes[extlang];

    // Written subtag:prefix>preferred.
    private string RememberPrefix(string word)
    {
        var colon = word.IndexOf(':', StringComparison.Ordinal);
        var sign = word.IndexOf('>', StringComparison.Ordinal);
        _extlangPrefixes.Add(word[..colon], sign < 0 ? word[(colon + 1)..] : word[(colon + 1)..sign]);
        return sign < 0 ? word[..colon] : word[..colon] + word[sign..];
    }
}

/// <summary>Registered values, each with the one that is preferred to it.</summary>
internal sealed class SubtagSet
{
    private readonly Dictionary<string, string> _preferred = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<(string From, string To)> _ranges = [];

    /// <param name="words">Words such as <c>de</c>, <c>iw&gt;he</c> for a preferred value, and <c>qaa..qtz</c> for a range.</param>
    public SubtagSet(IReadOnlyCollection<string> words)
    {
        foreach (var word in words)
        {
            if (word.Split("..") is [var from, var to])
            {
                _ranges.Add((from, to));
            }
            else if (word.Split('>') is [var value, var preferred])
            {
                _preferred.Add(value, preferred);
            }
            else
            {
                _preferred.Add(word, word);
            }
        }
    }

    /// <summary>All values but those of ranges, as they are registered.</summary>
    public IEnumerable<string> Values => _preferred.Keys;

    /// <summary>The preferred form of a value, in the case that is registered; null when it is not registered.</summary>
    public string? Find(string value) => _preferred.GetValueOrDefault(value) ?? InRange(value);

    private string? InRange(string value)
    {
        foreach (var (from, to) in _ranges)
        {
            if (value.Length == from.Length
                && string.Compare(value, from, StringComparison.OrdinalIgnoreCase) >= 0
                && string.Compare(value, to, StringComparison.OrdinalIgnoreCase) <= 0)
            {
                // Cased as its range is: qaa, Qaaa, QM.
                return string.Concat(value.Select((c, i) => char.IsAsciiLetterUpper(from[i]) ? char.ToUpperInvariant(c) : char.ToLowerInvariant(c)));
            }
        }

        return null;
    }
}
