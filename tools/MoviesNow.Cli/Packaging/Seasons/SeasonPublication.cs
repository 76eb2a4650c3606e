using System.Globalization;
using MoviesNow.Catalog.V1;
using MoviesNow.Cli.Bundles;
using MoviesNow.Cli.Catalog;
using MoviesNow.Upload.V1;

namespace MoviesNow.Cli.Packaging.Seasons;

/// <summary>An episode of the catalogue with its file.</summary>
internal sealed record PlannedEpisode(EpisodeFile File, FilmRequest Film, PackagePlan Plan);

/// <summary>What became of an episode.</summary>
internal sealed record PublishedEpisode(Episode Episode, EpisodeFile File, FilmOutcome Outcome);

/// <summary>Brings a season into the catalogue: its rows, a package for each episode, and its ZIPs. What is there is left as it is.</summary>
internal sealed class SeasonPublication(CatalogCall call, Ffmpeg ffmpeg, TimeProvider time)
{
    private const int PageSize = 200;

    private readonly TextWriter _notes = call.Parsed.InvocationConfiguration.Error;

    /// <summary>The season of a series, and all of its episodes by number; what is missing is created.</summary>
    public async Task<(Season Season, IReadOnlyDictionary<int, Episode> Episodes)> RowsAsync(string titleId, int number, IReadOnlyList<PlannedEpisode> planned)
    {
        var season = await SeasonAsync(titleId, number);
        var episodes = new Dictionary<int, Episode>();
        var list = new ListEpisodesRequest { SeasonId = season.Id, PageSize = PageSize };
        do
        {
            var page = await call.Clients.Seasons.ListEpisodesAsync(list, cancellationToken: call.CancellationToken);
            page.Episodes.ToList().ForEach(episode => episodes[episode.Number] = episode);
            list.PageToken = page.NextPageToken;
        }
        while (list.PageToken.Length > 0);

        foreach (var one in planned.Where(one => !episodes.ContainsKey(one.File.Number)))
        {
            var create = new CreateEpisodeRequest
            {
                SeasonId = season.Id,
                Number = one.File.Number,
                Name = one.File.Name.Length > 0 ? one.File.Name : string.Create(CultureInfo.InvariantCulture, $"Episode {one.File.Number}"),
                DurationMs = (long)one.Plan.Duration.TotalMilliseconds,
            };
            episodes[one.File.Number] = (await call.Clients.Seasons.CreateEpisodeAsync(create, cancellationToken: call.CancellationToken)).Episode;
            await _notes.WriteLineAsync($"Episode {one.File.Number} was created: {episodes[one.File.Number].Id}.");
        }

        return (season, episodes);
    }

    /// <summary>Packages and uploads the episodes, one after the other.</summary>
    public async Task<IReadOnlyList<PublishedEpisode>> EpisodesAsync(string titleId, IReadOnlyList<PlannedEpisode> planned, IReadOnlyDictionary<int, Episode> episodes)
    {
        var published = new List<PublishedEpisode>();
        foreach (var one in planned)
        {
            var episode = episodes[one.File.Number];
            await _notes.WriteLineAsync($"Episode {one.File.Number} ({published.Count + 1} of {planned.Count})");
            var film = one.Film with { TitleId = titleId, EpisodeId = episode.Id };
            published.Add(new PublishedEpisode(episode, one.File, await new FilmPackaging(call, ffmpeg, time).RunAsync(film, one.Plan)));
        }

        return published;
    }

    /// <summary>A ZIP of files as a bundle that the public may download, unless there is one of the kind already.</summary>
    /// <param name="request">The bundle.</param>
    /// <param name="zip">Where the ZIP is written; it is removed afterwards.</param>
    /// <param name="files">The files.</param>
    /// <param name="episodes">Episodes of files, by their paths in the ZIP.</param>
    /// <param name="publish">Whether it is published.</param>
    public async Task<Bundle> BundleAsync(
        CreateBundleRequest request, string zip, IReadOnlyList<BundleFile> files, IReadOnlyDictionary<string, Guid> episodes, bool publish)
    {
        var there = await FindAsync(request);
        var begun = zip + ".key";
        if (there is { State: BundleState.Published } || (there is { State: BundleState.Verified } && !File.Exists(begun)))
        {
            await _notes.WriteLineAsync($"There is a bundle of {request.Kind} already, which stays as it is. To replace it: moviesnow bundle delete {there.Id}.");
            File.Delete(begun);
            return there.State is BundleState.Verified && publish ? await new BundleCreation(call).FinishAsync(there.Id, manifest: null, publish) : there;
        }

        // The key finds what an interrupted run began; the same files give the same bytes.
        if (!File.Exists(begun))
        {
            await File.WriteAllTextAsync(begun, Guid.CreateVersion7(time.GetUtcNow()).ToString(), call.CancellationToken);
        }

        var manifest = Path.ChangeExtension(zip, null) + "_manifest.json";
        await BuildCommand.WriteAsync(zip, manifest, files, episodes, _notes, call.CancellationToken);
        // Extras have no manifest in the bucket.
        var contents = request.Kind is BundleKind.SeasonExtras ? null : await File.ReadAllBytesAsync(manifest, call.CancellationToken);
        var bundle = await new BundleCreation(call).RunAsync(request, zip, contents, publish, await File.ReadAllTextAsync(begun, call.CancellationToken));
        foreach (var file in new[] { zip, manifest, begun })
        {
            File.Delete(file);
        }

        return bundle;
    }

    private async Task<Season> SeasonAsync(string titleId, int number)
    {
        var list = new ListSeasonsRequest { TitleId = titleId, PageSize = PageSize };
        do
        {
            var page = await call.Clients.Seasons.ListSeasonsAsync(list, cancellationToken: call.CancellationToken);
            if (page.Seasons.FirstOrDefault(season => season.Number == number) is { } there)
            {
                return there;
            }

            list.PageToken = page.NextPageToken;
        }
        while (list.PageToken.Length > 0);

        var create = new CreateSeasonRequest { TitleId = titleId, Number = number, Name = string.Create(CultureInfo.InvariantCulture, $"Season {number}") };
        var created = (await call.Clients.Seasons.CreateSeasonAsync(create, cancellationToken: call.CancellationToken)).Season;
        await _notes.WriteLineAsync($"Season {number} was created: {created.Id}.");
        return created;
    }

    private async Task<Bundle?> FindAsync(CreateBundleRequest request)
    {
        var list = new ListBundlesRequest { TitleId = request.TitleId, PageSize = PageSize };
        do
        {
            var page = await call.Clients.Bundles.ListBundlesAsync(list, cancellationToken: call.CancellationToken);
            var found = page.Bundles.FirstOrDefault(bundle =>
                bundle.Kind == request.Kind && bundle.SeasonNumber == request.SeasonNumber
                && bundle.State is BundleState.Pending or BundleState.Verified or BundleState.Published);
            if (found is not null)
            {
                return found;
            }

            list.PageToken = page.NextPageToken;
        }
        while (list.PageToken.Length > 0);
        return null;
    }
}
