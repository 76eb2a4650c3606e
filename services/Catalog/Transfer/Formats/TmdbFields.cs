using System.Globalization;
using System.Text.Json;
using MoviesNow.Catalog.Titles;
using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.Catalog.Transfer.Formats;

/// <summary>Fields of a JSON object of TMDB's. What has the wrong type is a violation; what is absent or null is empty or 0.</summary>
internal sealed class TmdbFields(JsonElement json)
{
    private const long MaxId = 9_999_999_999;

    public RequestCheck Check { get; } = new();

    public bool Has(string field) => json.TryGetProperty(field, out var value) && value.ValueKind is not JsonValueKind.Null;

    public string Text(string field) => Text(json, field);

    public int Number(string field) => Has(field) ? Int(field, json.GetProperty(field)) : 0;

    public bool Flag(string field)
    {
        var value = Has(field) && json.GetProperty(field) is var flag ? flag.ValueKind : JsonValueKind.False;
        Check.Require(value is JsonValueKind.True or JsonValueKind.False, field, "must be true or false");
        return value is JsonValueKind.True;
    }

    public int[] Numbers(string field) => [.. Items(field).Select(item => Int(field, item))];

    /// <summary>The year of a day such as <c>1999-03-31</c>; 0 when it is unknown.</summary>
    public int Year(string field)
    {
        var text = Text(field);
        if (text.Length == 0)
        {
            return 0;
        }

        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            Check.Add(field, "must be a day such as 1999-03-31");
            return 0;
        }

        return (int)Check.Range(field, day.Year, TitleFields.MinYear, TitleFields.MaxYear);
    }

    public long Id()
    {
        var id = json.TryGetProperty("id", out var value) && value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out var number) ? number : 0;
        Check.Require(id is > 0 and <= MaxId, "id", "must be a positive number of at most 10 digits");
        return id;
    }

    public string ImdbId() => Text("imdb_id") is { Length: > 0 } id ? id
        : Has("external_ids") && json.GetProperty("external_ids") is { ValueKind: JsonValueKind.Object } ids ? Text(ids, "imdb_id")
        : "";

    /// <summary>The names of the genres, which come as objects or as numbers.</summary>
    public List<string> Genres()
    {
        var names = new List<string>();
        foreach (var genre in Items("genres"))
        {
            if (genre.ValueKind is JsonValueKind.Object)
            {
                names.Add(Text(genre, "name"));
            }
            else
            {
                Check.Add("genres", "must be objects with a name");
            }
        }

        foreach (var id in Numbers("genre_ids"))
        {
            if (GenreNames.OfTmdb(id) is { } name)
            {
                names.Add(name);
            }
            else
            {
                Check.Add("genre_ids", $"{id} is not a genre of TMDB's that we know");
            }
        }

        return names;
    }

    private JsonElement[] Items(string field)
    {
        if (!Has(field))
        {
            return [];
        }

        var value = json.GetProperty(field);
        return Check.Require(value.ValueKind is JsonValueKind.Array, field, "must be an array") ? [.. value.EnumerateArray()] : [];
    }

    private int Int(string field, JsonElement value)
    {
        var number = 0;
        Check.Require(value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out number) && number is >= 0 and < 1_000_000, field, "must be a whole number");
        return number;
    }

    private string Text(JsonElement element, string field)
    {
        if (!element.TryGetProperty(field, out var value) || value.ValueKind is JsonValueKind.Null)
        {
            return "";
        }

        if (value.ValueKind is JsonValueKind.String)
        {
            try
            {
                return value.GetString()!;
            }
            catch (InvalidOperationException)
            {
                // An escaped half of a surrogate pair.
                Check.Add(field, "must be text");
                return "";
            }
        }

        Check.Add(field, "must be text");
        return "";
    }
}
