using System.Globalization;
using MoviesNow.Catalog.Titles;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Requests;
using nietras.SeparatedValues;

namespace MoviesNow.Catalog.Transfer.Formats;

/// <summary>IMDb's title.basics: films, series, and the names of episodes.</summary>
internal sealed class ImdbBasicsReader : IRecordReader
{
    private const string Heading = "tconst\ttitleType\tprimaryTitle\toriginalTitle\tisAdult\tstartYear\tendYear\truntimeMinutes\tgenres";
    private const long MillisecondsPerMinute = 60_000;

    public ParsedBlock Read(LineBlock block) => TsvRows.Read(block, Heading, parsed => (row, line) => Read(parsed, row, line));

    private static void Read(ParsedBlock parsed, SepReader.Row row, int line)
    {
        switch (row.Text(1))
        {
            case "movie" or "tvMovie" or "short" or "tvShort" or "tvSpecial" or "video":
                ReadTitle(parsed, row, line, TitleKind.Movie);
                break;
            case "tvSeries" or "tvMiniSeries":
                ReadTitle(parsed, row, line, TitleKind.Series);
                break;
            case "tvEpisode":
                ReadEpisode(parsed, row, line);
                break;
            case "videoGame" or "tvPilot":
                parsed.Skipped++;
                break;
            default:
                parsed.Reject(line, "titleType", "is not one of IMDb's");
                break;
        }
    }

    private static void ReadTitle(ParsedBlock parsed, SepReader.Row row, int line, TitleKind kind)
    {
        var check = new RequestCheck();
        var name = TitleFields.CheckName(check, "primaryTitle", row.Text(2).ToString());
        var original = row.Text(3);
        var title = new Title
        {
            Kind = kind,
            Name = name,
            OriginalName = original.SequenceEqual(row.Text(2)) ? "" : OtherName(check, original, name),
            IsAdult = Flag(check, row.Text(4)),
            ReleaseYear = Year(check, "startYear", row.Text(5)),
            EndYear = Year(check, "endYear", row.Text(6)),
            DurationMs = Duration(check, row.Text(7)),
            Genres = { Genres(check, row.Text(8)) },
            ExternalIds = { ImdbId(check, "tconst", row.Text(0)) },
        };
        check.Require(title.EndYear == 0 || kind is TitleKind.Series, "endYear", @"must be \N for a film");
        check.Require(title.EndYear == 0 || title.EndYear >= title.ReleaseYear, "endYear", "must not be before startYear");
        var parts = TitleParts.Name
            | TitleParts.IsAdult.If(row.Text(4).Length > 0)
            | TitleParts.OriginalName.If(original.Length > 0)
            | TitleParts.ReleaseYear.If(title.ReleaseYear > 0)
            | TitleParts.EndYear.If(title.EndYear > 0)
            | TitleParts.Duration.If(title.DurationMs > 0)
            | TitleParts.Genres.If(title.Genres.Count > 0);
        parsed.Add(line, check, () => new TitleRecord(line, SourceId: null, title, parts));
    }

    private static void ReadEpisode(ParsedBlock parsed, SepReader.Row row, int line)
    {
        var check = new RequestCheck();
        var id = ImdbId(check, "tconst", row.Text(0)).Value;
        var name = TitleFields.CheckName(check, "primaryTitle", row.Text(2).ToString());
        var durationMs = Duration(check, row.Text(7));
        parsed.Add(line, check, () => new ImdbNameRecord(line, id, name, durationMs));
    }

    public static ExternalId ImdbId(RequestCheck check, string field, ReadOnlySpan<char> text)
    {
        var id = new ExternalId { Scheme = ExternalIdScheme.Imdb, Value = text.ToString() };
        if (ExternalIds.Violation(id) is { } violation)
        {
            check.Add(field, violation);
        }

        return id;
    }

    private static string OtherName(RequestCheck check, ReadOnlySpan<char> text, string name)
    {
        var original = TitleFields.CheckName(check, "originalTitle", text.ToString(), required: false);
        return string.Equals(original, name, StringComparison.Ordinal) ? "" : original;
    }

    private static bool Flag(RequestCheck check, ReadOnlySpan<char> text)
    {
        check.Require(text is "0" or "1" or "", "isAdult", "must be 0 or 1");
        return text is "1";
    }

    private static int Year(RequestCheck check, string field, ReadOnlySpan<char> text)
    {
        var year = Number(check, field, text);
        if (year is not null)
        {
            check.Range(field, year.Value, TitleFields.MinYear, TitleFields.MaxYear);
        }

        return year ?? 0;
    }

    private static long Duration(RequestCheck check, ReadOnlySpan<char> text)
    {
        var durationMs = (Number(check, "runtimeMinutes", text) ?? 0) * MillisecondsPerMinute;
        TitleFields.CheckDuration(check, "runtimeMinutes", durationMs);
        return durationMs;
    }

    private static string[] Genres(RequestCheck check, ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            return [];
        }

        var genres = GenreNames.Of(text.ToString().Split(','));
        TitleFields.CheckGenres(check, "genres", genres);
        return genres;
    }

    public static int? Number(RequestCheck check, string field, ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        check.Add(field, @"must be a number or \N");
        return null;
    }
}
