using MoviesNow.Catalog.Caching;
using MoviesNow.Catalog.Titles;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Seasons;

/// <summary>
/// Seasons and episodes as viewers see them: those of the titles that they see. What the public sees is remembered together with its title,
/// so whatever changes a title or anything below it forgets all of that; whether the viewer sees the title is decided at every call.
/// </summary>
internal sealed class SeasonReader(SeasonStore seasons, EpisodeStore episodes, TitleReader titles, TitleCache cache)
{
    /// <summary>One season; null when there is none, or none that the viewer sees.</summary>
    public Task<Season?> SeasonAsync(Guid id, Viewer viewer, CancellationToken cancellationToken) =>
        FindAsync("season", id, viewer, seasons.FindAsync, season => season.TitleId, cancellationToken);

    /// <summary>One episode; null when there is none, or none that the viewer sees.</summary>
    public Task<Episode?> EpisodeAsync(Guid id, Viewer viewer, CancellationToken cancellationToken) =>
        FindAsync("episode", id, viewer, episodes.FindAsync, episode => episode.TitleId, cancellationToken);

    /// <summary>A page of the seasons of a title, not to be changed; null when there is no such title, or none that the viewer sees.</summary>
    public async Task<IReadOnlyList<Season>?> SeasonsAsync(Guid titleId, Viewer viewer, int? after, int limit, CancellationToken cancellationToken) =>
        await titles.FindAsync(titleId, viewer, cancellationToken) is null
            ? null
            : await ListAsync("seasons", titleId, titleId, viewer, after, limit, seasons.ListAsync, cancellationToken);

    /// <summary>A page of the episodes of a season, not to be changed; null when there is no such season, or none that the viewer sees.</summary>
    public async Task<IReadOnlyList<Episode>?> EpisodesAsync(Guid seasonId, Viewer viewer, int? after, int limit, CancellationToken cancellationToken) =>
        await SeasonAsync(seasonId, viewer, cancellationToken) is { } season
            ? await ListAsync("episodes", seasonId, Guid.Parse(season.TitleId), viewer, after, limit, episodes.ListAsync, cancellationToken)
            : null;

    private async Task<T?> FindAsync<T>(
        string kind, Guid id, Viewer viewer, Func<Guid, CancellationToken, Task<T?>> find, Func<T, string> titleOf, CancellationToken cancellationToken)
        where T : class
    {
        if (viewer.SeesAll)
        {
            return await find(id, cancellationToken);
        }

        var titleId = await cache.TitleOfAsync(
            id, async cancellation => await find(id, cancellation) is { } row ? titleOf(row) : null, cancellationToken);
        if (titleId is null)
        {
            return null;
        }

        // An import may give the id of a deleted row to a row of another title: the cache then has the former title.
        var found = await cache.GetAsync(
            $"{kind}:{id:N}", Guid.Parse(titleId), cancellation => find(id, cancellation), row => titleOf(row) == titleId, cancellationToken);
        return found is not null && await titles.FindAsync(Guid.Parse(titleOf(found)), viewer, cancellationToken) is not null ? found : null;
    }

    private async Task<List<T>> ListAsync<T>(
        string kind, Guid parentId, Guid titleId, Viewer viewer, int? after, int limit,
        Func<Guid, int?, int, CancellationToken, Task<List<T>>> list, CancellationToken cancellationToken) =>
        viewer.SeesAll
            ? await list(parentId, after, limit, cancellationToken)
            : (await cache.GetAsync<List<T>>(
                $"{kind}:{parentId:N}:{after}:{limit}", titleId, async cancellation => await list(parentId, after, limit, cancellation), _ => true,
                cancellationToken))!;
}
