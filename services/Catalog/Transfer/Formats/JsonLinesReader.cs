using System.Text;
using Google.Protobuf;
using MoviesNow.Catalog.Seasons;
using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.Titles;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Requests;

namespace MoviesNow.Catalog.Transfer.Formats;

/// <summary>Lines of our own contract, one <see cref="CatalogRecord"/> each.</summary>
internal sealed class JsonLinesReader : IRecordReader
{
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default);

    public ParsedBlock Read(LineBlock block)
    {
        var parsed = new ParsedBlock(block);
        for (var line = 0; line < block.Lines.Count; line++)
        {
            try
            {
                Read(parsed, line, Parser.Parse<CatalogRecord>(Encoding.UTF8.GetString(block[line].Span)));
            }
            catch (Exception exception) when (exception is InvalidJsonException or InvalidProtocolBufferException)
            {
                parsed.Reject(line, "", $"is no record of the contract: {exception.Message}");
            }
        }

        return parsed;
    }

    private static void Read(ParsedBlock parsed, int line, CatalogRecord record)
    {
        switch (record.RecordCase)
        {
            case CatalogRecord.RecordOneofCase.Title:
                ReadTitle(parsed, line, record.Title);
                break;
            case CatalogRecord.RecordOneofCase.Season:
                ReadSeason(parsed, line, record.Season);
                break;
            case CatalogRecord.RecordOneofCase.Episode:
                ReadEpisode(parsed, line, record.Episode);
                break;
            default:
                parsed.Reject(line, "", "must have a title, a season or an episode");
                break;
        }
    }

    private static void ReadTitle(ParsedBlock parsed, int line, Title title)
    {
        var check = new RequestCheck();
        var id = check.OptionalId("title.id", title.Id);
        check.Require(title.Id.Length > 0 || title.ExternalIds.Count > 0, "title.id", "is required without external ids");
        check.Known("title.kind", title.Kind);
        check.KnownOrUnspecified("title.state", title.State);
        title.Availability ??= new();
        TitleFields.Check(check, "title.", title, UpdateMask.All);
        TitleFields.CheckTogether(check, "title.", title);
        if (check.Violations.Count == 0)
        {
            title.Availability = AvailabilityWindow.Of(title.Availability).ToMessage();
        }

        parsed.Add(line, check, () => new TitleRecord(line, id, title, TitleParts.Everything));
    }

    private static void ReadSeason(ParsedBlock parsed, int line, Season season)
    {
        var check = new RequestCheck();
        var id = check.OptionalId("season.id", season.Id);
        var titleId = check.Id("season.title_id", season.TitleId);
        SeasonFields.Check(check, "season.", season);
        parsed.Add(line, check, () => new SeasonRecord(line, id, titleId, season));
    }

    private static void ReadEpisode(ParsedBlock parsed, int line, Episode episode)
    {
        var check = new RequestCheck();
        var id = check.OptionalId("episode.id", episode.Id);
        var seasonId = check.Id("episode.season_id", episode.SeasonId);
        EpisodeFields.CheckNew(check, "episode.", episode);
        parsed.Add(line, check, () => new EpisodeRecord(line, id, seasonId, episode));
    }
}
