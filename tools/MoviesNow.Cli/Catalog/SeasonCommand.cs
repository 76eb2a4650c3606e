using System.CommandLine;
using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Packaging.Seasons;

namespace MoviesNow.Cli.Catalog;

/// <summary><c>moviesnow season</c>.</summary>
internal static class SeasonCommand
{
    public static Command Create(CatalogAccess access)
    {
        string[] columns = ["id", "number", "name", "update_time"];
        var season = new Resource<Season>(access, "season", columns, async (clients, id, country, options) =>
            (await clients.Seasons.GetSeasonAsync(new GetSeasonRequest { SeasonId = id, Country = country }, options)).Season);
        var series = new FieldArgument("title_id", "title", "Id of the series");
        FieldOption[] fields = [FieldOption.Of<Season>("name", "Name"), FieldOption.Of<Season>("synopsis", "Description")];
        return new Command("season", "Seasons of series.")
        {
            season.List<ListSeasonsRequest, ListSeasonsResponse>(
                "list", "Lists the seasons of a series by number.", clients => clients.Seasons.ListSeasonsAsync, series,
                FieldOption.Of<ListSeasonsRequest>("country", "As the public sees it in this country, such as NO")),
            season.Show(isPublic: true),
            season.Create<CreateSeasonRequest, CreateSeasonResponse>(
                "Creates a season.", clients => clients.Seasons.CreateSeasonAsync, series,
                [FieldOption.Of<Season>("number", "Number; 0 for specials", required: true), .. fields]),
            season.Update<UpdateSeasonRequest, UpdateSeasonResponse>(clients => clients.Seasons.UpdateSeasonAsync, fields),
            SeasonPublishCommand.Create(access),
            season.Delete<DeleteSeasonRequest, DeleteSeasonResponse>("Deletes a season.", clients => clients.Seasons.DeleteSeasonAsync),
        };
    }
}
