using System.Text.RegularExpressions;
using Google.Protobuf.Collections;
using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.Catalog.Titles;

/// <summary>The rules for the fields of titles, and for those that seasons and episodes have as well.</summary>
internal static partial class TitleFields
{
    public const int MaxNameLength = 200;
    public const int MinYear = 1870;
    public const int MaxYear = 2200;

    private const int MaxSynopsisLength = 4_000;
    private const long MaxDurationMs = 86_400_000;
    private const int MaxGenres = 20;
    private const int MaxGenreLength = 40;
    private const int MaxContentRatings = 50;
    private const int MaxRatingLength = 20;

    /// <summary>The fields of a title that an update may name.</summary>
    public static readonly string[] Changeable =
    [
        "name", "original_name", "sort_name", "synopsis", "original_language", "release_year", "end_year", "availability", "genres",
        "content_ratings", "duration_ms", "is_adult", "external_ids",
    ];

    /// <summary>A name in the form that is stored.</summary>
    public static string CheckName(RequestCheck check, string field, string name, bool required = true) =>
        check.Text(field, name, MaxNameLength, required);

    /// <summary>A description in the form that is stored.</summary>
    public static string CheckSynopsis(RequestCheck check, string field, string synopsis) => check.Paragraphs(field, synopsis, MaxSynopsisLength);

    public static void CheckDuration(RequestCheck check, string field, long durationMs) => check.Range(field, durationMs, 0, MaxDurationMs);

    public static void CheckYear(RequestCheck check, string field, int year) =>
        check.Require(year is 0 or (>= MinYear and <= MaxYear), field, $"must be {MinYear} to {MaxYear}, or 0");

    public static void CheckGenre(RequestCheck check, string field, string genre) =>
        check.Require(genre.Length <= MaxGenreLength && GenrePattern().IsMatch(genre), field,
            $"must be lower-case words joined by -, such as sci-fi, of at most {MaxGenreLength} characters");

    /// <summary>Checks the fields of a title that the mask names, and brings them into their canonical form.</summary>
    public static void Check(RequestCheck check, string prefix, Title title, UpdateMask mask)
    {
        foreach (var path in Changeable)
        {
            if (mask.Has(path))
            {
                CheckField(check, prefix + path, path, title);
            }
        }
    }

    /// <summary>Checks what fields say about each other.</summary>
    public static void CheckTogether(RequestCheck check, string prefix, Title title)
    {
        var isSeries = title.Kind is TitleKind.Series;
        check.Require(title.EndYear == 0 || isSeries, prefix + "end_year", "must be 0 for a film");
        check.Require(title.EndYear == 0 || title.EndYear >= title.ReleaseYear, prefix + "end_year", "must not be before release_year");
        ExternalIds.Check(check, prefix + "external_ids", title.ExternalIds, isSeries ? "tv" : "movie");
    }

    private static void CheckField(RequestCheck check, string field, string path, Title title)
    {
        switch (path)
        {
            case "name":
                title.Name = CheckName(check, field, title.Name);
                break;
            case "original_name":
                title.OriginalName = CheckName(check, field, title.OriginalName, required: false);
                break;
            case "sort_name":
                title.SortName = CheckName(check, field, title.SortName, required: false);
                break;
            case "synopsis":
                title.Synopsis = CheckSynopsis(check, field, title.Synopsis);
                break;
            case "original_language":
                title.OriginalLanguage = check.Language(field, title.OriginalLanguage);
                break;
            case "release_year":
                CheckYear(check, field, title.ReleaseYear);
                break;
            case "end_year":
                CheckYear(check, field, title.EndYear);
                break;
            case "availability":
                AvailabilityWindow.Check(check, field, title.Availability);
                break;
            case "genres":
                CheckGenres(check, field, title.Genres);
                break;
            case "content_ratings":
                CheckContentRatings(check, field, title.ContentRatings);
                break;
            case "duration_ms":
                CheckDuration(check, field, title.DurationMs);
                break;
        }
    }

    public static void CheckGenres(RequestCheck check, string field, IList<string> genres)
    {
        check.Require(genres.Count <= MaxGenres, field, $"must have at most {MaxGenres} genres");
        check.Require(genres.Distinct(StringComparer.Ordinal).Count() == genres.Count, field, "must not have duplicates");
        for (var i = 0; i < Math.Min(genres.Count, MaxGenres); i++)
        {
            CheckGenre(check, $"{field}[{i}]", genres[i]);
        }
    }

    private static void CheckContentRatings(RequestCheck check, string field, RepeatedField<ContentRating> ratings)
    {
        check.Require(ratings.Count <= MaxContentRatings, field, $"must have at most {MaxContentRatings} ratings");
        check.Require(ratings.DistinctBy(rating => rating.Country, StringComparer.Ordinal).Count() == ratings.Count, field, "must have at most one rating a country");
        for (var i = 0; i < Math.Min(ratings.Count, MaxContentRatings); i++)
        {
            check.Require(ratings[i].Country.Length > 0, $"{field}[{i}].country", "is required");
            check.Country($"{field}[{i}].country", ratings[i].Country);
            ratings[i].Rating = check.Text($"{field}[{i}].rating", ratings[i].Rating, MaxRatingLength, required: true);
        }

        var sorted = ratings.OrderBy(rating => rating.Country, StringComparer.Ordinal).ToArray();
        ratings.Clear();
        ratings.AddRange(sorted);
    }

    [GeneratedRegex(@"^[a-z0-9]+(-[a-z0-9]+)*\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex GenrePattern();
}
