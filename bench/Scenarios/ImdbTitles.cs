using System.Text;

namespace MoviesNow.Bench.Scenarios;

/// <summary>A made-up title.basics: names of two to five words, some with diacritics, a tenth of them in another language.</summary>
internal static class ImdbTitles
{
    private const int ChunkSize = 65_536;
    private const int FirstYear = 1_930;
    private const int Years = 95;

    private static readonly string[] Words =
    [
        "The", "Night", "River", "of", "Shadows", "Last", "Été", "Garden", "House", "and", "Winter", "Señor", "Blue", "Return", "Mountain", "Œuvre", "Little",
        "Dance", "Secret", "Train", "Letters", "from", "Nowhere", "Ángel", "King", "Daughter", "Silent", "Ocean", "Road", "Straße", "Summer", "Wolf",
    ];

    private static readonly string[] Genres = ["Drama", "Comedy", "Action,Sci-Fi", "Documentary,Short", "Crime,Drama,Thriller", "\\N"];

    /// <summary>The file in pieces, each with how many titles are in the file up to there.</summary>
    public static IEnumerable<(byte[] Chunk, int Titles)> Chunks(int titles)
    {
        var text = new StringBuilder("tconst\ttitleType\tprimaryTitle\toriginalTitle\tisAdult\tstartYear\tendYear\truntimeMinutes\tgenres\n");
        for (var i = 0; i < titles; i++)
        {
            var name = Name(i);
            var original = i % 10 == 0 ? Name(i + 7) : name;
            var isSeries = i % 8 == 0;
            var year = FirstYear + (i % Years);
            text.Append($"tt{i + 1:D8}\t{(isSeries ? "tvSeries" : "movie")}\t{name}\t{original}\t{(i % 50 == 0 ? 1 : 0)}\t{year}\t")
                .Append($"{(isSeries ? year + 2 : "\\N")}\t{(i % 5 == 0 ? "\\N" : 80 + (i % 60))}\t{Genres[i % Genres.Length]}\n");
            if (text.Length >= ChunkSize * 3 / 4 || i == titles - 1)
            {
                foreach (var chunk in Encoding.UTF8.GetBytes(text.ToString()).Chunk(ChunkSize))
                {
                    yield return (chunk, i + 1);
                }

                text.Clear();
            }
        }
    }

    private static string Name(int seed)
    {
        // A multiplicative hash spreads the words.
        var hash = (uint)seed * 2_654_435_761u;
        var words = Enumerable.Range(0, 2 + (int)(hash >> 30)).Select(i => Words[(hash >> (i * 5)) & 31]);
        return $"{string.Join(' ', words)} {seed % 1_000}";
    }
}
