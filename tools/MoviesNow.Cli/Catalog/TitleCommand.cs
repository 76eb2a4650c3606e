using System.CommandLine;
using Google.Protobuf;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Cli.Catalog;

/// <summary><c>moviesnow title</c>.</summary>
internal static class TitleCommand
{
    public static Command Create(CatalogAccess access)
    {
        string[] columns = ["id", "kind", "state", "name", "release_year", "original_language", "genres"];
        var title = new Resource<Title>(access, "title", columns, async (clients, id, country, options) =>
            (await clients.Titles.GetTitleAsync(new GetTitleRequest { TitleId = id, Country = country }, options)).Title);
        var query = new FieldArgument("query", "query", "Words of the name");
        return new Command("title", "Films and series.")
        {
            title.List<ListTitlesRequest, ListTitlesResponse>("list", "Lists titles by name.", clients => clients.Titles.ListTitlesAsync, null,
                [FieldOption.Of<ListTitlesRequest>("query", "Only names that contain this"), .. Filters<ListTitlesRequest>()]),
            title.List<SearchTitlesRequest, SearchTitlesResponse>(
                "search", "Finds titles by words of their names, best match first.", clients => clients.Titles.SearchTitlesAsync, query, Filters<SearchTitlesRequest>()),
            title.Show(isPublic: true),
            WithOneRule(title.Create<CreateTitleRequest, CreateTitleResponse>(
                "Creates a title, as a draft.", clients => clients.Titles.CreateTitleAsync, null,
                [FieldOption.Of<Title>("kind", "Film or series", required: true), .. Fields(isNew: true)])),
            WithOneRule(title.Update<UpdateTitleRequest, UpdateTitleResponse>(clients => clients.Titles.UpdateTitleAsync, Fields(isNew: false))),
            title.Move<PublishTitleRequest, PublishTitleResponse>(
                "publish", "Makes a title public.", clients => clients.Titles.PublishTitleAsync, (call, answer) => LintCommand.Note(call, answer.Findings)),
            title.Move<ArchiveTitleRequest, ArchiveTitleResponse>("archive", "Withdraws a title from the public.", clients => clients.Titles.ArchiveTitleAsync),
            title.Delete<DeleteTitleRequest, DeleteTitleResponse>("Deletes a title that is not public.", clients => clients.Titles.DeleteTitleAsync),
        };
    }

    private static FieldOption[] Filters<T>() where T : IMessage<T>, new() =>
    [
        FieldOption.Of<T>("kind", "Only films, or only series"),
        FieldOption.Of<T>("state", "Only titles of this state"),
        FieldOption.Of<T>("country", "Only titles that are available now in this country, such as NO"),
        FieldOption.Of<T>("genre", "Only titles of this genre"),
        FieldOption.Of<T>("language", "Only titles of this original language; pt finds pt-BR"),
        FieldOption.Of<T>("release_year_from", "Only titles released in this year or later"),
        FieldOption.Of<T>("release_year_to", "Only titles released in this year or earlier"),
        FieldOption.Of<T>("include_adult", "Titles for adults as well"),
    ];

    private static FieldOption[] Fields(bool isNew) =>
    [
        FieldOption.Of<Title>("name", "Name", required: isNew),
        FieldOption.Of<Title>("original_name", "Name in the language of the work"),
        FieldOption.Of<Title>("sort_name", "Name that lists are sorted by, such as \"Matrix, The\""),
        FieldOption.Of<Title>("synopsis", "Description"),
        FieldOption.Of<Title>("original_language", "Language of the work (BCP 47), such as pt-BR"),
        FieldOption.Of<Title>("release_year", "Year of the first release"),
        FieldOption.Of<Title>("end_year", "Year of a series' last episode"),
        FieldOption.Of<Title>("genres", "Genre, such as sci-fi", "--genre"),
        FieldOption.Of<Title>("content_ratings", "Country and its rating, such as US:PG-13", "--rating"),
        FieldOption.Of<Title>("duration_ms", "Running time, such as 2h16m"),
        FieldOption.Of<Title>("external_ids", "Scheme and id: imdb:tt0133093, tmdb:movie/603, eidr:10.5240/…", "--external-id"),
        FieldOption.Of<Title>("is_adult", "For adults only"),
        FieldOption.Of<Title>("availability.from", "First moment of availability, UTC unless it says otherwise", "--available-from"),
        FieldOption.Of<Title>("availability.until", "First moment after it", "--available-until"),
        Countries("--only-in", CountryRule.Include, "Country where alone it is available, such as NO"),
        Countries("--not-in", CountryRule.Exclude, "Country where it is not available"),
    ];

    private static FieldOption Countries(string name, CountryRule rule, string help) => FieldOption.Of<Title>(
        "availability.countries", help, name, apply: (title, countries) =>
        {
            title.Set("availability.countries", countries);
            title.Set("availability.country_rule", countries.Count > 0 ? rule : CountryRule.Unspecified);
        });

    private static Command WithOneRule(Command command)
    {
        command.Validators.Add(result =>
        {
            if (result.GetResult("--only-in") is not null && result.GetResult("--not-in") is not null)
            {
                result.AddError("--only-in and --not-in exclude each other.");
            }
        });
        return command;
    }
}
