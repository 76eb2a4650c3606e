using MoviesNow.Catalog.Shared;
using MoviesNow.Storage;
using Npgsql;

namespace MoviesNow.Catalog.Assets;

/// <summary>Which objects of the bucket the catalogue has rows for.</summary>
internal sealed class StorageKeyStore(NpgsqlDataSource database)
{
    /// <summary>The keys that no row names, in their order.</summary>
    /// <param name="keys">Keys to look for.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<List<string>> UnknownAsync(IReadOnlyCollection<StorageKey> keys, CancellationToken cancellationToken)
    {
        var folders = keys.ToDictionary(key => key.Value, FoldersOf, StringComparer.Ordinal);
        await using var batch = database.CreateBatch();
        batch.Add("""
            SELECT asked.key FROM unnest($1::text[]) WITH ORDINALITY AS asked (key, position)
            WHERE NOT EXISTS (SELECT FROM asset WHERE storage_key = asked.key)
              AND NOT EXISTS (SELECT FROM stream_variant WHERE storage_key = asked.key)
              AND NOT EXISTS (SELECT FROM bundle WHERE storage_key = asked.key AND state <> 'Purged')
              AND NOT EXISTS (SELECT FROM bundle WHERE manifest_key = asked.key AND state <> 'Purged')
            ORDER BY asked.position
            """, (object)keys.Select(key => key.Value).ToArray());
        batch.Add("""
            SELECT regexp_replace(storage_key, '[^/]*$', '') FROM stream_variant
            WHERE regexp_replace(storage_key, '[^/]*$', '') = ANY ($1) AND storage_key LIKE 'hls/%'
            UNION
            SELECT regexp_replace(storage_key, '[^/]*$', '') FROM asset
            WHERE regexp_replace(storage_key, '[^/]*$', '') = ANY ($1) AND storage_key LIKE 'hls/%'
            """, (object)folders.Values.SelectMany(one => one).Distinct(StringComparer.Ordinal).ToArray());
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var unknown = await reader.ListAsync(row => row.GetString(0), cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var known = (await reader.ListAsync(row => row.GetString(0), cancellationToken)).ToHashSet(StringComparer.Ordinal);
        unknown.RemoveAll(key => folders[key].Exists(known.Contains));
        return unknown;
    }

    /// <summary>The folders of a stream's file, from the innermost to the title's; none for other keys.</summary>
    private static List<string> FoldersOf(StorageKey key)
    {
        var folders = new List<string>();
        if (StorageLocation.TryParse(key, out var location) && location is HlsLocation)
        {
            var end = key.Value.LastIndexOf('/');

            // The first two slashes end "hls" and the title's id.
            for (var first = key.Value.IndexOf('/', StringComparison.Ordinal); end > first; end = key.Value.LastIndexOf('/', end - 1))
            {
                folders.Add(key.Value[..(end + 1)]);
            }
        }

        return folders;
    }
}
