using System.Text;

namespace MoviesNow.ServiceDefaults.Requests;

/// <summary>Reads one tag from left to right, in the order of RFC 5646: language, extended language, script, region, variants, extensions, private use.</summary>
internal sealed class LanguageTagReader(string tag)
{
    private const int MaxSubtag = 8;
    private const int RegionLetters = 2;
    private const int RegionDigits = 3;
    private const int ScriptLetters = 4;

    private static readonly LanguageSubtags Registry = LanguageSubtags.Shared;

    private readonly string[] _subtags = tag.Split('-');
    private int _at;

    /// <summary>What is wrong with the tag, once <see cref="Read"/> found it so.</summary>
    public string Problem { get; private set; } = "";

    private string? Next => _at < _subtags.Length ? _subtags[_at] : null;

    /// <summary>The canonical tag, or null.</summary>
    public string? Read()
    {
        foreach (var subtag in _subtags)
        {
            if (subtag.Length is 0 or > MaxSubtag || !subtag.All(char.IsAsciiLetterOrDigit))
            {
                return Refuse("it has subtags of 1 to 8 letters and digits, joined by hyphens");
            }
        }

        // Some of these follow no grammar.
        if (Registry.Tags.Find(tag) is { } whole)
        {
            return whole;
        }

        if (IsPrivateUse(_subtags[0]))
        {
            return Refuse("a tag of private use only tells nothing to others");
        }

        var canonical = new StringBuilder();
        if (!ReadLanguage(canonical) || !ReadVariants(canonical) || !ReadExtensions(canonical))
        {
            return null;
        }

        if (Next is not null && IsPrivateUse(Next))
        {
            return ReadPrivateUse(canonical);
        }

        if (Next is { } rest)
        {
            return Refuse(string.Equals(rest, "UK", StringComparison.OrdinalIgnoreCase) ? "the region UK is GB" : $"'{rest}' is not registered, or out of place");
        }

        var result = canonical.ToString();
        return Registry.Tags.Find(result) ?? result;
    }

    private bool ReadLanguage(StringBuilder canonical)
    {
        var language = _subtags[_at++];
        if (Registry.Languages.Find(language) is not { } known)
        {
            Refuse(Registry.Hints.Find(language) is { } hint ? $"the language {language} is {hint}" : $"'{language}' is not a registered language");
            return false;
        }

        if (Next is { } extended && Registry.Extlangs.Find(extended) is { } alone)
        {
            if (!string.Equals(Registry.PrefixOf(extended), language, StringComparison.OrdinalIgnoreCase))
            {
                Refuse($"'{extended}' does not follow '{language}'");
                return false;
            }

            // Which may itself have been merged into another since.
            (known, _at) = (Registry.Languages.Find(alone) ?? alone, _at + 1);
        }

        canonical.Append(known);
        if (Next is { Length: ScriptLetters } script && Registry.Scripts.Find(script) is { } knownScript)
        {
            canonical.Append('-').Append(knownScript);
            _at++;
        }

        if (Next is { Length: RegionLetters or RegionDigits } region && Registry.Regions.Find(region) is { } knownRegion)
        {
            canonical.Append('-').Append(knownRegion);
            _at++;
        }

        return true;
    }

    private bool ReadVariants(StringBuilder canonical)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        while (Next is { Length: > 1 } subtag && Registry.Variants.Find(subtag) is { } variant)
        {
            if (!seen.Add(subtag))
            {
                Refuse($"'{subtag}' is there twice");
                return false;
            }

            canonical.Append('-').Append(variant);
            _at++;
        }

        return true;
    }

    /// <summary>The extensions that are registered: <c>u</c> (RFC 6067) and <c>t</c> (RFC 6497), in the order of their letters.</summary>
    private bool ReadExtensions(StringBuilder canonical)
    {
        var extensions = new SortedDictionary<string, string>(StringComparer.Ordinal);
        while (Next is { Length: 1 } letter && !IsPrivateUse(letter))
        {
            var singleton = letter.ToLowerInvariant();
            var first = ++_at;
            while (Next is { Length: > 1 })
            {
                _at++;
            }

            var problem = singleton is not ("t" or "u") ? $"'{letter}' is not a registered extension"
                : _at == first ? $"something must follow the {letter}"
                : extensions.ContainsKey(singleton) ? $"'{letter}' is there twice"
                : null;
            if (problem is not null)
            {
                Refuse(problem);
                return false;
            }

            extensions.Add(singleton, string.Join('-', _subtags[first.._at]).ToLowerInvariant());
        }

        foreach (var (letter, values) in extensions)
        {
            canonical.Append('-').Append(letter).Append('-').Append(values);
        }

        return true;
    }

    private string? ReadPrivateUse(StringBuilder canonical) => _at + 1 == _subtags.Length
        ? Refuse("something must follow the x")
        : canonical.Append('-').AppendJoin('-', _subtags[_at..].Select(subtag => subtag.ToLowerInvariant())).ToString();

    private static bool IsPrivateUse(string subtag) => subtag is "x" or "X";

    private string? Refuse(string problem)
    {
        Problem = problem;
        return null;
    }
}
