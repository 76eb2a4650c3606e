using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.V1;
using Npgsql;

namespace MoviesNow.Catalog.Titles;

/// <summary>Lists titles. <see cref="TitleSearch"/> ranks them.</summary>
internal sealed class TitleFinder(NpgsqlDataSource database)
{
    /// <summary>A page of titles by sort name and id.</summary>
    /// <param name="query">What a name contains, folded; empty for all.</param>
    /// <param name="filter">Which titles.</param>
    /// <param name="viewer">Who asks.</param>
    /// <param name="after">The last row of the page before; null for the first page.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public async Task<List<Title>> ListAsync(
        string query, TitleFilter filter, Viewer viewer, (string NameKey, Guid Id)? after, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.Command($"""
            SELECT {TitleRow.Columns} FROM title
            WHERE ($1::text = '' OR search_text LIKE '%' || $1 || '%')
              AND ($2::text IS NULL OR (name_key, id) > ($2, $3::uuid))
              AND {TitleFilter.Fits(first: 5)}
            ORDER BY name_key, id
            LIMIT $4
            """,
            [Like.Escape(query), after?.NameKey, after?.Id, limit, .. filter.Values(viewer)]);
        return await command.ListAsync(TitleRow.Read, cancellationToken);
    }
}
