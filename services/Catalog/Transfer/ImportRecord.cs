using MoviesNow.Catalog.Titles;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Transfer;

/// <summary>What a line says, checked by itself.</summary>
/// <param name="Line">Index of the line in its block.</param>
internal abstract record ImportRecord(int Line);

/// <summary>A film or series.</summary>
/// <param name="Line">Index of the line in its block.</param>
/// <param name="SourceId">The id that the file has for it.</param>
/// <param name="Values">What the file says.</param>
/// <param name="Parts">Which fields of <paramref name="Values"/> the line speaks of; the others stay as they are.</param>
internal sealed record TitleRecord(int Line, Guid? SourceId, Title Values, TitleParts Parts) : ImportRecord(Line)
{
    /// <summary>The columns of a new row: made while the batch before is written, because keys of names cost the most.</summary>
    public object?[] Columns { get; } = TitleStore.Values(Values);
}

/// <summary>A season.</summary>
/// <param name="Line">Index of the line in its block.</param>
/// <param name="SourceId">The id that the file has for it.</param>
/// <param name="TitleId">The id that the file has for its series.</param>
/// <param name="Values">What the file says.</param>
internal sealed record SeasonRecord(int Line, Guid? SourceId, Guid TitleId, Season Values) : ImportRecord(Line);

/// <summary>An episode of a season of this file.</summary>
/// <param name="Line">Index of the line in its block.</param>
/// <param name="SourceId">The id that the file has for it.</param>
/// <param name="SeasonId">The id that the file has for its season.</param>
/// <param name="Values">What the file says.</param>
internal sealed record EpisodeRecord(int Line, Guid? SourceId, Guid SeasonId, Episode Values) : ImportRecord(Line);

/// <summary>Where IMDb's title.episode places an episode.</summary>
/// <param name="Line">Index of the line in its block.</param>
/// <param name="EpisodeId">The id of the episode.</param>
/// <param name="SeriesId">The id of the series.</param>
/// <param name="Season">Number of the season.</param>
/// <param name="Number">Number of the episode.</param>
internal sealed record ImdbPlaceRecord(int Line, string EpisodeId, string SeriesId, int Season, int Number) : ImportRecord(Line);

/// <summary>What IMDb's title.basics says of an episode.</summary>
/// <param name="Line">Index of the line in its block.</param>
/// <param name="EpisodeId">The id of the episode.</param>
/// <param name="Name">Its name.</param>
/// <param name="DurationMs">Its running time; 0 when unknown.</param>
internal sealed record ImdbNameRecord(int Line, string EpisodeId, string Name, long DurationMs) : ImportRecord(Line);

/// <summary>Fields of a title that a line speaks of.</summary>
[Flags]
internal enum TitleParts
{
    None = 0,
    Name = 1,
    OriginalName = 1 << 1,
    OriginalLanguage = 1 << 2,
    Synopsis = 1 << 3,
    ReleaseYear = 1 << 4,
    EndYear = 1 << 5,
    Genres = 1 << 6,
    Duration = 1 << 7,
    IsAdult = 1 << 8,

    /// <summary>All there is, the state included; external ids that the line does not name go.</summary>
    Everything = 1 << 9,
}

internal static class TitlePartsExtensions
{
    /// <summary>The part when the line speaks of it.</summary>
    public static TitleParts If(this TitleParts part, bool speaks) => speaks ? part : TitleParts.None;
}
