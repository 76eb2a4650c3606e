using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.Transfer;
using Npgsql;

namespace MoviesNow.Catalog.Upkeep;

/// <summary>Deletes what imports leave behind, a part at a time, each committed by itself.</summary>
/// <param name="connection">The database.</param>
/// <param name="before">What did not change since then goes.</param>
internal sealed class ImportCleaner(NpgsqlConnection connection, DateTimeOffset before)
{
    private const int MaxImports = 1_000;
    private const int MaxNames = 10_000;

    // Rejections and aliases of an import go with it.
    private static readonly TimeSpan ImportLimit = TimeSpan.FromMinutes(10);

    /// <summary>Deletes imports with their rejections, finished or given up; one that a client works on stays.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> DeleteImportsAsync(CancellationToken cancellationToken)
    {
        await using var select = connection.BatchCommand("SELECT id FROM catalog_import WHERE updated_at < $1 ORDER BY updated_at LIMIT $2", before, MaxImports);
        var deleted = 0;
        foreach (var id in await select.ListAsync(row => row.GetGuid(0), cancellationToken))
        {
            await using var delete = connection.Command(
                "DELETE FROM catalog_import WHERE id = $1 AND updated_at < $2 AND pg_try_advisory_xact_lock(hashtextextended($3, 0))",
                id, before, ImportStore.LockOf(id));
            delete.CommandTimeout = (int)ImportLimit.TotalSeconds;
            deleted += await delete.ExecuteNonQueryAsync(cancellationToken);
        }

        return deleted;
    }

    /// <summary>Deletes the names of episodes that waited for a place.</summary>
    /// <returns>How many there were.</returns>
    public async Task<long> DeleteEpisodeNamesAsync(CancellationToken cancellationToken)
    {
        var deleted = 0L;
        for (var last = MaxNames; last == MaxNames; deleted += last)
        {
            await using var delete = connection.BatchCommand("""
                DELETE FROM imdb_episode
                WHERE id = ANY (ARRAY(SELECT id FROM imdb_episode WHERE updated_at < $1 ORDER BY updated_at LIMIT $2)) AND updated_at < $1
                """, before, MaxNames);
            last = await delete.ExecuteNonQueryAsync(cancellationToken);
        }

        return deleted;
    }
}
