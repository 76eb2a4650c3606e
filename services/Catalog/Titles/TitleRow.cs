using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.V1;
using Npgsql;

namespace MoviesNow.Catalog.Titles;

/// <summary>How a row of titles becomes a message of the contract.</summary>
internal static class TitleRow
{
    public const string Columns = $"""
        title.id, title.kind, title.name, title.original_name, title.sort_name, title.synopsis, title.original_language,
        title.release_year, title.end_year, title.state, title.available_from, title.available_until, title.country_rule, title.countries,
        title.genres, title.content_ratings, title.duration_ms, title.is_adult, {ExternalIdStore.OfTitle},
        title.created_at, title.updated_at, title.version
        """;

    public static Title Read(NpgsqlDataReader row) => new()
    {
        Id = row.Id(0),
        Kind = row.Enum<TitleKind>(1),
        Name = row.GetString(2),
        OriginalName = row.GetString(3),
        SortName = row.GetString(4),
        Synopsis = row.GetString(5),
        OriginalLanguage = row.GetString(6),
        ReleaseYear = row.GetInt32(7),
        EndYear = row.GetInt32(8),
        State = row.Enum<TitleState>(9),
        Availability = ReadAvailability(row, 10),
        Genres = { row.GetFieldValue<string[]>(14) },
        ContentRatings = { row.GetFieldValue<string[]>(15).Select(ReadRating) },
        DurationMs = row.GetInt64(16),
        IsAdult = row.GetBoolean(17),
        ExternalIds = { ExternalIdStore.Read(row.GetFieldValue<string[]>(18)) },
        CreateTime = row.Time(19),
        UpdateTime = row.Time(20),
        Etag = Etag.Of(row.GetInt64(21)),
    };

    /// <summary>The four columns from <c>available_from</c> to <c>countries</c>.</summary>
    public static Availability ReadAvailability(NpgsqlDataReader row, int first) => new()
    {
        From = row.TimeOrNull(first),
        Until = row.TimeOrNull(first + 1),
        CountryRule = row.Enum<CountryRule>(first + 2),
        Countries = { row.GetFieldValue<string[]>(first + 3) },
    };

    /// <summary>The column of ratings, each a country and what its body says.</summary>
    public static string[] Ratings(Title title) => title.ContentRatings.Select(rating => $"{rating.Country} {rating.Rating}").ToArray();

    private static ContentRating ReadRating(string text) => new() { Country = text[..2], Rating = text[3..] };
}
