using System.CommandLine;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Cli.Catalog;

/// <summary><c>moviesnow episode</c>.</summary>
internal static class EpisodeCommand
{
    public static Command Create(CatalogAccess access)
    {
        string[] columns = ["id", "number", "name", "duration_ms", "air_date"];
        var episode = new Resource<Episode>(access, "episode", columns, async (clients, id, country, options) =>
            (await clients.Seasons.GetEpisodeAsync(new GetEpisodeRequest { EpisodeId = id, Country = country }, options)).Episode);
        var season = new FieldArgument("season_id", "season", "Id of the season");
        return new Command("episode", "Episodes of seasons.")
        {
            episode.List<ListEpisodesRequest, ListEpisodesResponse>(
                "list", "Lists the episodes of a season by number.", clients => clients.Seasons.ListEpisodesAsync, season,
                FieldOption.Of<ListEpisodesRequest>("country", "As the public sees it in this country, such as NO")),
            episode.Show(isPublic: true),
            episode.Create<CreateEpisodeRequest, CreateEpisodeResponse>(
                "Creates an episode.", clients => clients.Seasons.CreateEpisodeAsync, season,
                [FieldOption.Of<Episode>("number", "Number within the season", required: true), .. Fields(isNew: true)]),
            episode.CreateFromFile<BatchCreateEpisodesRequest, BatchCreateEpisodesResponse>(
                "batch-create", "Creates the episodes of a file, all or none.", clients => clients.Seasons.BatchCreateEpisodesAsync, season, "requests"),
            episode.Update<UpdateEpisodeRequest, UpdateEpisodeResponse>(clients => clients.Seasons.UpdateEpisodeAsync, Fields(isNew: false)),
            episode.Delete<DeleteEpisodeRequest, DeleteEpisodeResponse>("Deletes an episode.", clients => clients.Seasons.DeleteEpisodeAsync),
        };
    }

    private static FieldOption[] Fields(bool isNew) =>
    [
        FieldOption.Of<Episode>("name", "Name", required: isNew),
        FieldOption.Of<Episode>("synopsis", "Description"),
        FieldOption.Of<Episode>("duration_ms", "Running time, such as 45m"),
        FieldOption.Of<Episode>("air_date", "Day of the first broadcast, such as 2026-12-24"),
        FieldOption.Of<Episode>("external_ids", "Scheme and id: imdb:tt0959621, tmdb:episode/62085, eidr:10.5240/…", "--external-id"),
    ];
}
