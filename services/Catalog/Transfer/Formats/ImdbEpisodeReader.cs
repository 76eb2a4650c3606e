using MoviesNow.Catalog.Seasons;
using MoviesNow.ServiceDefaults.Requests;
using nietras.SeparatedValues;

namespace MoviesNow.Catalog.Transfer.Formats;

/// <summary>IMDb's title.episode: the places of episodes in series.</summary>
internal sealed class ImdbEpisodeReader : IRecordReader
{
    private const string Heading = "tconst\tparentTconst\tseasonNumber\tepisodeNumber";

    public ParsedBlock Read(LineBlock block) => TsvRows.Read(block, Heading, parsed => (row, line) => Read(parsed, row, line));

    private static void Read(ParsedBlock parsed, SepReader.Row row, int line)
    {
        var check = new RequestCheck();
        var episode = ImdbBasicsReader.ImdbId(check, "tconst", row.Text(0)).Value;
        var series = ImdbBasicsReader.ImdbId(check, "parentTconst", row.Text(1)).Value;
        var season = Number(check, "seasonNumber", row.Text(2), SeasonFields.MaxNumber);
        var number = Number(check, "episodeNumber", row.Text(3), EpisodeFields.MaxNumber);
        parsed.Add(line, check, () => new ImdbPlaceRecord(line, episode, series, season, number));
    }

    private static int Number(RequestCheck check, string field, ReadOnlySpan<char> text, int max)
    {
        check.Require(!text.IsEmpty, field, "is not known, so the episode has no place");
        return (int)check.Range(field, ImdbBasicsReader.Number(check, field, text) ?? 0, 0, max);
    }
}
