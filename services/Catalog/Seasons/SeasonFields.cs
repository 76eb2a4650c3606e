using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.Titles;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.Catalog.Seasons;

/// <summary>The rules for the fields of seasons.</summary>
internal static class SeasonFields
{
    public const int MaxNumber = 9_999;

    /// <summary>The fields that an update may name.</summary>
    public static readonly string[] Changeable = ["name", "synopsis"];

    /// <summary>Checks all fields of a season, and brings them into their canonical form.</summary>
    public static void Check(RequestCheck check, string prefix, Season season)
    {
        check.Range(prefix + "number", season.Number, 0, MaxNumber);
        Check(check, prefix, season, UpdateMask.All);
    }

    /// <summary>Checks the fields that the mask names, and brings them into their canonical form.</summary>
    public static void Check(RequestCheck check, string prefix, Season season, UpdateMask mask)
    {
        if (mask.Has("name"))
        {
            season.Name = TitleFields.CheckName(check, prefix + "name", season.Name, required: false);
        }

        if (mask.Has("synopsis"))
        {
            season.Synopsis = TitleFields.CheckSynopsis(check, prefix + "synopsis", season.Synopsis);
        }
    }
}
