using MoviesNow.Catalog.V1;
using MoviesNow.Upload.V1;
using Npgsql;
using UploadTests.Support;

namespace UploadTests.Faults;

/// <summary>What holds of a title once the clients and the sweeper have done their work, whatever failed before.</summary>
internal sealed class Invariants(UploadSystem system)
{
    /// <summary>Every row has come to an end, and what is in the bucket belongs to a completed upload or is on the sweeper's list.</summary>
    /// <param name="titleId">The title.</param>
    /// <param name="orphans">What the sweeper reports.</param>
    public async Task CheckAsync(string titleId, IEnumerable<OrphanObject> orphans)
    {
        Assert.Empty(await RowsAsync("SELECT id || ' is ' || state FROM upload WHERE state NOT IN ('completed', 'aborted', 'expired') AND title_id = $1", titleId));
        Assert.Empty(await RowsAsync(
            "SELECT id || ' is ' || state FROM package_upload WHERE state NOT IN ('completed', 'superseded', 'aborted', 'expired') AND title_id = $1", titleId));
        var bundles = (await system.CatalogBundles.ListBundlesAsync(new ListBundlesRequest { TitleId = titleId })).Bundles;
        Assert.DoesNotContain(bundles, bundle => bundle.State is BundleState.Pending);

        var pending = await system.Objects.ListMultipartUploadsAsync("", default).Select(upload => upload.RawKey).ToListAsync();
        Assert.DoesNotContain(pending, key => key.Contains(titleId, StringComparison.Ordinal));

        var stored = await ObjectsAsync(titleId);
        var prefixes = await RowsAsync(
            "SELECT 'hls/' || title_id || '/package_' || id || '/' FROM package_upload WHERE state IN ('completed', 'superseded') AND title_id = $1", titleId);
        var owned = await OwnedAsync(titleId);
        owned.UnionWith(bundles.Select(bundle => bundle.ManifestKey));
        var known = orphans.Select(orphan => orphan.StorageKey).ToHashSet(StringComparer.Ordinal);
        Assert.DoesNotContain(
            stored, key => !owned.Contains(key) && !prefixes.Exists(prefix => key.StartsWith(prefix, StringComparison.Ordinal)) && !known.Contains(key));

        // Nothing acknowledged is lost.
        Assert.Subset(stored.ToHashSet(StringComparer.Ordinal), await OwnedAsync(titleId));
    }

    /// <summary>Keys of completed uploads, of which there is one each.</summary>
    public async Task<HashSet<string>> OwnedAsync(string titleId)
    {
        var keys = await RowsAsync("SELECT storage_key FROM upload WHERE state = 'completed' AND title_id = $1", titleId);
        Assert.Equal(keys.Distinct(StringComparer.Ordinal), keys);
        return keys.ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>How many sessions and packages callers may know of.</summary>
    public async Task<int> CountAsync(string titleId) => (await RowsAsync(
        "SELECT id::text FROM upload WHERE title_id = $1 UNION ALL SELECT id::text FROM package_upload WHERE title_id = $1", titleId)).Count;

    public async Task<List<string>> ObjectsAsync(string titleId) =>
        await system.Objects.ListAsync("", default).Select(found => found.RawKey).Where(key => key.Contains(titleId, StringComparison.Ordinal)).ToListAsync();

    private async Task<List<string>> RowsAsync(string sql, string titleId)
    {
        await using var command = system.Service<NpgsqlDataSource>().CreateCommand(sql);
        command.Parameters.Add(new() { Value = Guid.Parse(titleId) });
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(reader.GetString(0));
        return rows;
    }
}
