using System.Globalization;
using System.Text.Json;
using MoviesNow.Catalog.Titles;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Transfer.Formats;

/// <summary>
/// Films and series with TMDB's field names, a JSON object a line: details, results of lists, or the daily exports of ids. Fields that are
/// absent, null, empty or 0 say nothing.
/// </summary>
internal sealed class TmdbReader : IRecordReader
{
    private const int MillisecondsPerMinute = 60_000;

    public ParsedBlock Read(LineBlock block)
    {
        var parsed = new ParsedBlock(block);
        for (var line = 0; line < block.Lines.Count; line++)
        {
            try
            {
                using var json = JsonDocument.Parse(block[line]);
                if (json.RootElement.ValueKind is JsonValueKind.Object)
                {
                    Read(parsed, line, json.RootElement);
                }
                else
                {
                    parsed.Reject(line, "", "must be a JSON object");
                }
            }
            catch (JsonException)
            {
                parsed.Reject(line, "", "is not JSON");
            }
            catch (InvalidOperationException)
            {
                // An escaped half of a surrogate pair, which comes to light when names are compared.
                parsed.Reject(line, "", "has a field whose name is no text");
            }
        }

        return parsed;
    }

    private static void Read(ParsedBlock parsed, int line, JsonElement json)
    {
        var fields = new TmdbFields(json);
        var isMovie = json.TryGetProperty("title", out _) || json.TryGetProperty("original_title", out _);
        var isSeries = json.TryGetProperty("name", out _) || json.TryGetProperty("original_name", out _);
        if (isMovie == isSeries)
        {
            parsed.Reject(line, "title", "is required for a film, or name for a series, and not both");
            return;
        }

        var title = isMovie ? Movie(fields) : Series(fields);
        Common(fields, title, isMovie ? "movie" : "tv");
        parsed.Add(line, fields.Check, () => new TitleRecord(line, SourceId: null, title, PartsOf(title, fields)));
    }

    private static Title Movie(TmdbFields fields) => new()
    {
        Kind = TitleKind.Movie,
        Name = fields.Text("title") is { Length: > 0 } name ? name : fields.Text("original_title"),
        OriginalName = fields.Text("original_title"),
        ReleaseYear = fields.Year("release_date"),
        DurationMs = fields.Number("runtime") * MillisecondsPerMinute,
    };

    private static Title Series(TmdbFields fields) => new()
    {
        Kind = TitleKind.Series,
        Name = fields.Text("name") is { Length: > 0 } name ? name : fields.Text("original_name"),
        OriginalName = fields.Text("original_name"),
        ReleaseYear = fields.Year("first_air_date"),
        EndYear = fields.Text("status") is "Ended" or "Canceled" ? fields.Year("last_air_date") : 0,
        DurationMs = fields.Numbers("episode_run_time").FirstOrDefault() * MillisecondsPerMinute,
    };

    private static void Common(TmdbFields fields, Title title, string kind)
    {
        var check = fields.Check;
        var named = kind is "movie" ? "title" : "name";
        title.Name = TitleFields.CheckName(check, named, title.Name);
        title.OriginalName = TitleFields.CheckName(check, "original_" + named, title.OriginalName, required: false);
        title.Synopsis = TitleFields.CheckSynopsis(check, "overview", fields.Text("overview"));
        title.OriginalLanguage = check.Language("original_language", Language(fields.Text("original_language")));
        title.IsAdult = fields.Flag("adult");
        title.Genres.Add(GenreNames.Of(fields.Genres()));
        TitleFields.CheckGenres(check, "genres", [.. title.Genres]);
        TitleFields.CheckDuration(check, kind is "movie" ? "runtime" : "episode_run_time", title.DurationMs);
        check.Require(title.EndYear == 0 || title.EndYear >= title.ReleaseYear, "last_air_date", "must not be before first_air_date");
        if (fields.ImdbId() is { Length: > 0 } imdb)
        {
            title.ExternalIds.Add(ImdbBasicsReader.ImdbId(check, "imdb_id", imdb));
        }

        title.ExternalIds.Add(new ExternalId { Scheme = ExternalIdScheme.Tmdb, Value = string.Create(CultureInfo.InvariantCulture, $"{kind}/{fields.Id()}") });
    }

    private static TitleParts PartsOf(Title title, TmdbFields fields)
    {
        var hasOriginal = title.OriginalName.Length > 0;
        if (string.Equals(title.OriginalName, title.Name, StringComparison.Ordinal))
        {
            title.OriginalName = "";
        }

        return TitleParts.Name
            | TitleParts.OriginalName.If(hasOriginal)
            | TitleParts.OriginalLanguage.If(title.OriginalLanguage.Length > 0)
            | TitleParts.Synopsis.If(title.Synopsis.Length > 0)
            | TitleParts.ReleaseYear.If(title.ReleaseYear > 0)
            | TitleParts.EndYear.If(title.EndYear > 0)
            | TitleParts.Genres.If(title.Genres.Count > 0)
            | TitleParts.Duration.If(title.DurationMs > 0)
            | TitleParts.IsAdult.If(fields.Has("adult"));
    }

    // TMDB's own codes: Cantonese, and no language.
    private static string Language(string code) => code switch
    {
        "cn" => "yue",
        "xx" => "",
        _ => code,
    };
}
