using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.Titles;
using MoviesNow.Catalog.V1;
using Npgsql;

namespace MoviesNow.Catalog.Artworks;

/// <summary>Reads the pictures of what lists show.</summary>
internal sealed class ArtworkStore(NpgsqlDataSource database)
{
    /// <summary>Of each owner and kind the primary picture, or else the first; of owners that a viewer does not see none.</summary>
    /// <param name="titleIds">Titles: their posters and backdrops.</param>
    /// <param name="episodeIds">Episodes: their stills.</param>
    /// <param name="viewer">Who asks.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public async Task<List<OwnedArtwork>> ListAsync(Guid[] titleIds, Guid[] episodeIds, Viewer viewer, CancellationToken cancellationToken)
    {
        // Both ways begin at asset_scope_idx, which an episode is reached in only through its title and season.
        await using var command = database.Command($"""
            SELECT DISTINCT ON (title_id, episode_id, kind) title_id, episode_id, kind, id, language, storage_key, width, height
            FROM (
                SELECT asset.* FROM asset
                WHERE title_id = ANY ($1) AND season_id IS NULL AND episode_id IS NULL AND kind IN ('Poster', 'Backdrop')
                UNION ALL
                SELECT asset.* FROM episode JOIN asset
                    ON asset.title_id = episode.title_id AND asset.season_id = episode.season_id AND asset.episode_id = episode.id AND asset.kind = 'Still'
                WHERE episode.id = ANY ($2)
            ) picture
            WHERE EXISTS (SELECT FROM title WHERE title.id = picture.title_id AND {Viewer.Sees("$3", "$4::text", "$5")})
            ORDER BY title_id, episode_id, kind, is_primary DESC, sort_order, id
            """,
            titleIds, episodeIds, viewer.SeesAll, viewer.Country, viewer.Now);
        return await command.ListAsync(Read, cancellationToken);
    }

    private static OwnedArtwork Read(NpgsqlDataReader reader) => new()
    {
        TitleId = reader.GetGuid(0).ToString(),
        EpisodeId = reader.IsDBNull(1) ? "" : reader.GetGuid(1).ToString(),
        Artwork = new Artwork
        {
            Kind = reader.Enum<AssetKind>(2),
            AssetId = reader.GetGuid(3).ToString(),
            Language = reader.GetString(4),
            StorageKey = reader.GetString(5),
            Width = reader.GetInt32(6),
            Height = reader.GetInt32(7),
        },
    };
}
