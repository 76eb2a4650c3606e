using MoviesNow.Catalog.Caching;
using MoviesNow.Catalog.V1;

namespace MoviesNow.Catalog.Titles;

/// <summary>Titles as viewers see them; what the public sees is remembered.</summary>
internal sealed class TitleReader(TitleStore titles, TitleCache cache)
{
    /// <summary>One title; null when there is none, or none that the viewer sees.</summary>
    public async Task<Title?> FindAsync(Guid id, Viewer viewer, CancellationToken cancellationToken)
    {
        if (viewer.SeesAll)
        {
            return await titles.FindAsync(id, cancellationToken);
        }

        var title = await cache.GetAsync(
            "title", id, cancellation => titles.FindAsync(id, cancellation), found => found.State is TitleState.Published, cancellationToken);
        return title is not null && viewer.Sees(title) ? title : null;
    }
}
