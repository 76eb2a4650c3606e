using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.Titles;
using MoviesNow.Catalog.Transfer;
using MoviesNow.Catalog.V1;
using Npgsql;

namespace MoviesNow.Catalog.Upkeep;

/// <summary>
/// Makes the search keys of titles that were stored under former rules anew, once for each version of the rules: in batches by id, each
/// committed together with how far it came, so that a run that is interrupted goes on from there.
/// </summary>
internal sealed class SearchKeyBackfill(NpgsqlConnection connection)
{
    /// <summary>Titles of one transaction.</summary>
    public const int BatchSize = 1_000;

    /// <summary>Brings all titles up to the present rules.</summary>
    /// <returns>How many had other keys.</returns>
    public async Task<long> RunAsync(CancellationToken cancellationToken)
    {
        var changed = 0L;
        while (await NextBatchAsync(cancellationToken) is { } batch)
        {
            changed += batch;
        }

        return changed;
    }

    /// <summary>Takes the next batch; null when there is none.</summary>
    /// <returns>How many titles of it had other keys.</returns>
    internal async Task<int?> NextBatchAsync(CancellationToken cancellationToken)
    {
        if (await PositionAsync(cancellationToken) is not { } after)
        {
            return null;
        }

        var titles = await ReadAsync(after, cancellationToken);
        await using var batch = connection.CreateBatch();
        batch.Timeout = (int)BatchStatements.Limit.TotalSeconds;
        foreach (var title in titles.Where(title => title.Stored != title.Current))
        {
            var keys = TitleName.SearchKeys(title.Value);
            // One that changed since then was written under the present rules.
            batch.Add(
                "UPDATE title SET (name_key, display_key, name_keys, search_text) = ($3, $4, $5, $6) WHERE id = $1 AND version = $2",
                title.Id, title.Version, title.Current.NameKey, title.Current.DisplayKey, keys, title.Current.SearchText);
        }

        var changed = batch.BatchCommands.Count;
        batch.Add(
            "UPDATE search_key_backfill SET after_id = $2, is_done = $3 WHERE rules = $1",
            TitleName.Rules, titles.Count > 0 ? titles[^1].Id : after, titles.Count < BatchSize);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        return changed;
    }

    /// <summary>The last title that is done; null when all are.</summary>
    private async Task<Guid?> PositionAsync(CancellationToken cancellationToken)
    {
        await using var batch = connection.CreateBatch();
        batch.Add("INSERT INTO search_key_backfill (rules) VALUES ($1) ON CONFLICT DO NOTHING", TitleName.Rules);
        batch.Add("SELECT after_id FROM search_key_backfill WHERE rules = $1 AND NOT is_done", TitleName.Rules);
        return (Guid?)await batch.ExecuteScalarAsync(cancellationToken);
    }

    private async Task<List<Row>> ReadAsync(Guid after, CancellationToken cancellationToken)
    {
        await using var command = connection.BatchCommand("""
            SELECT id, version, name, original_name, sort_name, name_key, display_key, search_text FROM title WHERE id > $1 ORDER BY id LIMIT $2
            """, after, BatchSize);
        return await command.ListAsync(
            row =>
            {
                var title = new Title { Name = row.GetString(2), OriginalName = row.GetString(3), SortName = row.GetString(4) };
                return new Row(
                    row.GetGuid(0), row.GetInt64(1), title, new(row.GetString(5), row.GetString(6), row.GetString(7)),
                    new(TitleName.SortKey(title), TitleName.DisplayKey(title), TitleName.SearchText(TitleName.SearchKeys(title))));
            },
            cancellationToken);
    }

    /// <summary>A title's names, with the keys that are stored and those of the present rules.</summary>
    private sealed record Row(Guid Id, long Version, Title Value, Keys Stored, Keys Current);

    // The list of keys follows from the text.
    private sealed record Keys(string NameKey, string DisplayKey, string SearchText);
}
