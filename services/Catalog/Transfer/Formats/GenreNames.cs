using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text;

namespace MoviesNow.Catalog.Transfer.Formats;

/// <summary>Genres of other catalogues as our slugs. The tables are in docs/import.md, too.</summary>
internal static class GenreNames
{
    private const int MaxRemembered = 1_000;

    // What the slug of the name itself would not be.
    private static readonly FrozenDictionary<string, string> Aliases = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["science-fiction"] = "sci-fi",
        ["biopic"] = "biography",
        ["children"] = "kids",
        ["film-noir"] = "noir",
        ["politics"] = "political",
        ["reality-tv"] = "reality",
        ["talk"] = "talk-show",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // TMDB's lists of genres, films and series.
    private static readonly FrozenDictionary<int, string> TmdbNames = new Dictionary<int, string>
    {
        [12] = "Adventure",
        [14] = "Fantasy",
        [16] = "Animation",
        [18] = "Drama",
        [27] = "Horror",
        [28] = "Action",
        [35] = "Comedy",
        [36] = "History",
        [37] = "Western",
        [53] = "Thriller",
        [80] = "Crime",
        [99] = "Documentary",
        [878] = "Science Fiction",
        [9648] = "Mystery",
        [10402] = "Music",
        [10749] = "Romance",
        [10751] = "Family",
        [10752] = "War",
        [10759] = "Action & Adventure",
        [10762] = "Kids",
        [10763] = "News",
        [10764] = "Reality",
        [10765] = "Sci-Fi & Fantasy",
        [10766] = "Soap",
        [10767] = "Talk",
        [10768] = "War & Politics",
        [10770] = "TV Movie",
    }.ToFrozenDictionary();

    private static readonly ConcurrentDictionary<string, string[]> Known = new(StringComparer.Ordinal);

    /// <summary>The slugs of names, each once; a name with <c>&amp;</c> is two.</summary>
    public static string[] Of(IEnumerable<string> names) => [.. names.SelectMany(SlugsOf).Distinct(StringComparer.Ordinal)];

    /// <summary>The name of one of TMDB's numbers; null when it is not known.</summary>
    public static string? OfTmdb(int id) => TmdbNames.GetValueOrDefault(id);

    private static string[] SlugsOf(string name)
    {
        if (Known.TryGetValue(name, out var slugs))
        {
            return slugs;
        }

        slugs = [.. name.Split('&').Select(Slug).Where(slug => slug.Length > 0).Select(slug => Aliases.GetValueOrDefault(slug, slug))];
        return Known.Count < MaxRemembered ? Known.GetOrAdd(name, slugs) : slugs;
    }

    private static string Slug(string name)
    {
        var slug = new StringBuilder(name.Length);
        foreach (var character in name)
        {
            if (char.IsAsciiLetterOrDigit(character))
            {
                slug.Append(char.ToLowerInvariant(character));
            }
            else if (slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }
        }

        return slug.ToString().TrimEnd('-');
    }
}
