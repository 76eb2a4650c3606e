using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.Catalog.Titles;

/// <summary>The rules for the fields that titles, seasons and episodes have.</summary>
internal static class TitleFields
{
    public const int MaxNameLength = 200;
    public const int MaxSynopsisLength = 4_000;
    public const int MinReleaseYear = 1870;
    public const int MaxReleaseYear = 2200;

    /// <summary>A name in the form that is stored.</summary>
    public static string CheckName(RequestCheck check, string field, string name, bool required = true) =>
        check.Text(field, name, MaxNameLength, required);

    /// <summary>A description in the form that is stored.</summary>
    public static string CheckSynopsis(RequestCheck check, string field, string synopsis) => check.Paragraphs(field, synopsis, MaxSynopsisLength);

    public static void CheckReleaseYear(RequestCheck check, string field, int year) =>
        check.Require(year is 0 or (>= MinReleaseYear and <= MaxReleaseYear), field, $"must be {MinReleaseYear} to {MaxReleaseYear}, or 0");

    /// <summary>Checks the fields of a title that the mask names, and puts them into the form that is stored; the others are not looked at.</summary>
    public static AvailabilityWindow CheckMasked(RequestCheck check, UpdateMask mask, Title title)
    {
        if (mask.Has("name"))
        {
            title.Name = CheckName(check, "title.name", title.Name);
        }

        if (mask.Has("synopsis"))
        {
            title.Synopsis = CheckSynopsis(check, "title.synopsis", title.Synopsis);
        }

        if (mask.Has("original_language"))
        {
            title.OriginalLanguage = check.Language("title.original_language", title.OriginalLanguage);
        }

        if (mask.Has("release_year"))
        {
            CheckReleaseYear(check, "title.release_year", title.ReleaseYear);
        }

        return AvailabilityWindow.Read(check, "title.availability", mask.Has("availability") ? title.Availability : null);
    }
}
