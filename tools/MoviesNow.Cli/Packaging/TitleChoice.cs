using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Catalog;
using MoviesNow.ServiceDefaults.Errors;

namespace MoviesNow.Cli.Packaging;

/// <summary>
/// The title that a user means: by its id, or by its name, and then it is created when there is none. A second run finds what the first one created.
/// </summary>
internal static class TitleChoice
{
    private const int MaxName = 200;
    private const int PageSize = 200;

    /// <param name="call">The command.</param>
    /// <param name="given">An id or a name.</param>
    /// <param name="kind">What it must be.</param>
    /// <param name="language">Original language of a new one; may be empty.</param>
    /// <param name="duration">Running time of a new one.</param>
    /// <exception cref="CommandException">It is of another kind, or several have the name.</exception>
    public static async Task<Title> FindAsync(CatalogCall call, string given, TitleKind kind, string language, TimeSpan duration)
    {
        var options = new Grpc.Core.CallOptions(cancellationToken: call.CancellationToken);
        if (Guid.TryParse(given, out _))
        {
            var title = (await call.Clients.Titles.GetTitleAsync(new GetTitleRequest { TitleId = given }, options)).Title;
            return title.Kind == kind ? title : throw new CommandException(kind is TitleKind.Movie
                ? $"'{Shown(title.Name)}' is a series: name the episode with --episode, or publish a season with moviesnow season publish."
                : $"'{Shown(title.Name)}' is a film: package it with moviesnow package.");
        }

        var list = new ListTitlesRequest { Query = given, Kind = kind, IncludeAdult = true, PageSize = PageSize };
        var found = (await call.Clients.Titles.ListTitlesAsync(list, options)).Titles.Where(title => string.Equals(title.Name, given, StringComparison.Ordinal)).ToList();
        var notes = call.Parsed.InvocationConfiguration.Error;
        var what = kind is TitleKind.Movie ? "film" : "series";
        if (found is [var only])
        {
            await notes.WriteLineAsync($"The {what} '{Shown(given)}' is there: {only.Id}.");
            return only;
        }

        if (found.Count > 1)
        {
            throw new CommandException($"Several titles are called '{Shown(given)}': name one by its id: {string.Join(", ", found.Select(title => title.Id))}.");
        }

        var create = new CreateTitleRequest { Kind = kind, Name = given, OriginalLanguage = language, DurationMs = (long)duration.TotalMilliseconds };
        var created = (await call.Clients.Titles.CreateTitleAsync(create, options)).Title;
        await notes.WriteLineAsync($"No {what} is called '{Shown(given)}'; it was created as a draft: {created.Id}.");
        return created;
    }

    private static string Shown(string name) => PrintableText.Of(name, MaxName);
}
