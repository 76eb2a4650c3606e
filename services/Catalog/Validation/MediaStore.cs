using MoviesNow.Catalog.Assets;
using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.Streams;
using MoviesNow.Catalog.Titles;
using Npgsql;

namespace MoviesNow.Catalog.Validation;

/// <summary>Reads all rows of the media of a title, in one round trip.</summary>
internal sealed class MediaStore(NpgsqlDataSource database)
{
    /// <summary>The most rows of each kind that are read: a series of 2,000 episodes with all that belongs to them.</summary>
    public const int MaxRows = 50_000;

    /// <summary>The rows; null when there is no such title.</summary>
    public async Task<TitleMedia?> ReadAsync(Guid titleId, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.Add($"SELECT {TitleRow.Columns} FROM title WHERE title.id = $1", titleId);
        batch.Add("SELECT id FROM season WHERE title_id = $1 ORDER BY id LIMIT $2", titleId, MaxRows + 1);
        batch.Add("SELECT id, season_id FROM episode WHERE title_id = $1 ORDER BY id LIMIT $2", titleId, MaxRows + 1);
        batch.Add($"SELECT {AssetStore.Columns} FROM asset WHERE title_id = $1 ORDER BY id LIMIT $2", titleId, MaxRows + 1);
        // Only of assets that are read too, so that no variant is without its asset.
        batch.Add($"""
            SELECT {VariantRow.Columns} FROM stream_variant
            WHERE asset_id IN (SELECT id FROM asset WHERE title_id = $1 ORDER BY id LIMIT $3) ORDER BY asset_id, id LIMIT $2
            """, titleId, MaxRows + 1, MaxRows);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return null;
        }

        var title = TitleRow.Read(reader);
        var isCut = false;
        var seasons = await NextAsync(row => row.Id(0));
        var episodes = await NextAsync(row => new EpisodeScope(row.Id(0), row.Id(1)));
        var assets = await NextAsync(AssetStore.Read);
        var variants = await NextAsync(VariantRow.Read);
        return new TitleMedia(title, seasons, episodes, assets, variants, isCut);

        async Task<List<T>> NextAsync<T>(Func<NpgsqlDataReader, T> read)
        {
            await reader.NextResultAsync(cancellationToken);
            var rows = await reader.ListAsync(read, cancellationToken);
            if (rows.Count > MaxRows)
            {
                rows.RemoveAt(MaxRows);
                isCut = true;
            }

            return rows;
        }
    }
}
