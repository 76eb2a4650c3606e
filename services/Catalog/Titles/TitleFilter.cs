using System.Globalization;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.Catalog.Titles;

/// <summary>Which titles a list or a search has; what is unspecified, empty or 0 filters nothing.</summary>
/// <param name="Kind">Film or series.</param>
/// <param name="State">State.</param>
/// <param name="Country">Where they are available now; checked.</param>
/// <param name="Genre">A genre.</param>
/// <param name="Language">Original language, or the beginning of its tag.</param>
/// <param name="YearFrom">First year of release.</param>
/// <param name="YearTo">Last year of release.</param>
/// <param name="IncludeAdult">Also those for adults only.</param>
internal sealed record TitleFilter(
    TitleKind Kind, TitleState State, string Country, string Genre, string Language, int YearFrom, int YearTo, bool IncludeAdult)
{
    /// <summary>Checks the filter of a request, and gives it with its language in the form that is stored.</summary>
    public TitleFilter Read(RequestCheck check)
    {
        check.KnownOrUnspecified("kind", Kind);
        check.KnownOrUnspecified("state", State);
        if (Genre.Length > 0)
        {
            TitleFields.CheckGenre(check, "genre", Genre);
        }

        var language = check.Language("language", Language);
        TitleFields.CheckYear(check, "release_year_from", YearFrom);
        TitleFields.CheckYear(check, "release_year_to", YearTo);
        check.Require(YearFrom == 0 || YearTo == 0 || YearFrom <= YearTo, "release_year_to", "must not be before release_year_from");
        return this with { Language = language };
    }

    /// <summary>The condition on the row <c>title</c> that this filter and a viewer make, with <see cref="Values"/> as parameters.</summary>
    /// <param name="first">Number of the first parameter.</param>
    public static string Fits(int first)
    {
        string P(int index) => string.Create(CultureInfo.InvariantCulture, $"${first + index}");
        return $"""
            ({P(0)}::text IS NULL OR title.kind = {P(0)})
            AND ({P(1)}::text IS NULL OR title.state = {P(1)})
            AND ({P(2)}::text = '' OR {Viewer.IsAvailable(P(2), P(10))})
            AND (cardinality({P(3)}::text[]) = 0 OR title.genres @> {P(3)})
            AND ({P(4)}::text = '' OR title.original_language = {P(4)} OR title.original_language LIKE {P(4)} || '-%')
            AND ({P(5)}::int = 0 OR title.release_year >= {P(5)})
            AND ({P(6)}::int = 0 OR title.release_year BETWEEN 1 AND {P(6)})
            AND ({P(7)} OR NOT title.is_adult)
            AND {Viewer.Sees(P(8), P(9) + "::text", P(10))}
            """;
    }

    public object?[] Values(Viewer viewer) =>
    [
        Kind is TitleKind.Unspecified ? null : Kind.ToString(), State is TitleState.Unspecified ? null : State.ToString(), Country,
        Genre.Length > 0 ? new[] { Genre } : Array.Empty<string>(), Language, YearFrom, YearTo, IncludeAdult, viewer.SeesAll, viewer.Country, viewer.Now,
    ];
}
