using Google.Protobuf.Collections;
using MoviesNow.Catalog.Seasons;
using MoviesNow.Catalog.Titles;
using MoviesNow.Catalog.V1;
using Npgsql;

namespace MoviesNow.Catalog.Transfer.Batches;

/// <summary>
/// Writes what a batch changed: new rows are copied into their tables; changed titles are copied into a temporary table, from which one
/// statement updates them. All within the connection's transaction.
/// </summary>
internal sealed class BatchWriter(NpgsqlConnection connection, Guid importId, DateTimeOffset now)
{
    private const string TitleColumns = $"id, kind, {TitleStore.Fields}, state, created_at, updated_at";

    private static readonly string UpdateTitles = $"""
        UPDATE title SET ({TitleStore.Fields}, state, updated_at) =
            ({string.Join(", ", TitleStore.Fields.Split(',').Select(field => "title_change." + field.Trim()))}, title_change.state, title_change.updated_at),
            version = title.version + 1
        FROM title_change WHERE title.id = title_change.id
        """;

    public async Task WriteAsync(CatalogState state, CancellationToken cancellationToken)
    {
        await ForgetExternalIdsAsync(state, cancellationToken);
        await WriteTitlesAsync(state, cancellationToken);
        await WriteSeasonsAsync(state, cancellationToken);
        await WriteEpisodesAsync(state, cancellationToken);
        await CopyExternalIdsAsync(state, cancellationToken);
        await WriteNotesAsync(state, cancellationToken);
    }

    private async Task WriteTitlesAsync(CatalogState state, CancellationToken cancellationToken)
    {
        await CopyTitlesAsync("title", state.Titles.Values.Where(title => title.IsNew), cancellationToken);
        var changed = state.Titles.Values.Where(title => title.IsChanged).ToArray();
        if (changed.Length == 0)
        {
            return;
        }

        await ExecuteAsync("CREATE TEMP TABLE IF NOT EXISTS title_change (LIKE title) ON COMMIT DELETE ROWS", [], cancellationToken);
        await CopyTitlesAsync("title_change", changed, cancellationToken);
        await ExecuteAsync(UpdateTitles, [], cancellationToken);
    }

    private async Task CopyTitlesAsync(string table, IEnumerable<Tracked<Title>> titles, CancellationToken cancellationToken)
    {
        await CopyAsync(
            $"COPY {table} ({TitleColumns}{(table is "title" ? "" : ", version")}) FROM STDIN (FORMAT BINARY)",
            titles,
            title =>
            {
                // External ids, the last two, have a table of their own.
                var fields = (title.Columns ?? TitleStore.Values(title.Value)).AsSpan()[..^2];
                object?[] row = [Guid.Parse(title.Value.Id), title.Value.Kind.ToString(), .. fields, title.Value.State.ToString(), now, now];
                return table is "title" ? row : [.. row, 0L];
            },
            cancellationToken);
    }

    private async Task WriteSeasonsAsync(CatalogState state, CancellationToken cancellationToken)
    {
        await CopyAsync(
            "COPY season (id, title_id, number, name, synopsis, created_at, updated_at) FROM STDIN (FORMAT BINARY)",
            state.Seasons.Values.Where(season => season.IsNew).Select(season => season.Value),
            season => [Guid.Parse(season.Id), Guid.Parse(season.TitleId), season.Number, season.Name, season.Synopsis, now, now],
            cancellationToken);
        var changed = state.Seasons.Values.Where(season => season.IsChanged).Select(season => season.Value).ToArray();
        if (changed.Length > 0)
        {
            await ExecuteAsync("""
                UPDATE season SET name = given.name, synopsis = given.synopsis, updated_at = $4, version = version + 1
                FROM unnest($1::uuid[], $2::text[], $3::text[]) AS given (id, name, synopsis)
                WHERE season.id = given.id
                """,
                [Ids(changed, season => season.Id), changed.Select(season => season.Name).ToArray(), changed.Select(season => season.Synopsis).ToArray(), now],
                cancellationToken);
        }
    }

    private async Task WriteEpisodesAsync(CatalogState state, CancellationToken cancellationToken)
    {
        await CopyAsync(
            "COPY episode (id, title_id, season_id, number, name, synopsis, duration_ms, air_date, created_at, updated_at) FROM STDIN (FORMAT BINARY)",
            state.Episodes.Values.Where(episode => episode.IsNew).Select(episode => episode.Value),
            episode =>
            [
                Guid.Parse(episode.Id), Guid.Parse(episode.TitleId), Guid.Parse(episode.SeasonId), episode.Number, episode.Name, episode.Synopsis,
                episode.DurationMs, EpisodeFields.Date(episode.AirDate), now, now,
            ],
            cancellationToken);
        var changed = state.Episodes.Values.Where(episode => episode.IsChanged).Select(episode => episode.Value).ToArray();
        if (changed.Length > 0)
        {
            await ExecuteAsync("""
                UPDATE episode SET (name, synopsis, duration_ms, air_date) = (given.name, given.synopsis, given.duration_ms, given.air_date),
                    updated_at = $6, version = version + 1
                FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::date[]) AS given (id, name, synopsis, duration_ms, air_date)
                WHERE episode.id = given.id
                """,
                [
                    Ids(changed, episode => episode.Id), changed.Select(episode => episode.Name).ToArray(), changed.Select(episode => episode.Synopsis).ToArray(),
                    changed.Select(episode => episode.DurationMs).ToArray(), changed.Select(episode => EpisodeFields.Date(episode.AirDate)).ToArray(), now,
                ],
                cancellationToken);
        }
    }

    /// <summary>Takes away the ids of works whose ids change: one may have given an id to another.</summary>
    private async Task ForgetExternalIdsAsync(CatalogState state, CancellationToken cancellationToken)
    {
        var gone = Renamed(state).SelectMany(work => work.Old).ToArray();
        if (gone.Length > 0)
        {
            await ExecuteAsync(
                "DELETE FROM external_id WHERE (scheme, value) IN (SELECT * FROM unnest($1::text[], $2::text[]))",
                [ExternalIdStore.Schemes(gone), ExternalIdStore.Values(gone)], cancellationToken);
        }
    }

    private Task CopyExternalIdsAsync(CatalogState state, CancellationToken cancellationToken)
    {
        var given = state.Titles.Values.Where(title => title.IsNew).Select(title => (TitleId: title.Value.Id, EpisodeId: "", New: title.Value.ExternalIds))
            .Concat(state.Episodes.Values.Where(episode => episode.IsNew)
                .Select(episode => (episode.Value.TitleId, EpisodeId: episode.Value.Id, New: episode.Value.ExternalIds)))
            .Concat(Renamed(state).Select(work => (work.TitleId, work.EpisodeId, work.New)));
        return CopyAsync(
            "COPY external_id (scheme, value, title_id, episode_id) FROM STDIN (FORMAT BINARY)",
            given.SelectMany(work => work.New.Select(id => (work.TitleId, work.EpisodeId, Id: id))),
            row => [row.Id.Scheme.ToString(), row.Id.Value, Guid.Parse(row.TitleId), row.EpisodeId.Length > 0 ? Guid.Parse(row.EpisodeId) : null],
            cancellationToken);
    }

    private async Task WriteNotesAsync(CatalogState state, CancellationToken cancellationToken)
    {
        if (state.NewAliases.Count > 0)
        {
            await ExecuteAsync(
                "INSERT INTO catalog_import_alias (import_id, source_id, target_id) SELECT $1, * FROM unnest($2::uuid[], $3::uuid[]) ON CONFLICT DO NOTHING",
                [importId, state.NewAliases.Keys.ToArray(), state.NewAliases.Values.ToArray()], cancellationToken);
        }

        if (state.NewImdbNames.Count > 0)
        {
            await ExecuteAsync("""
                INSERT INTO imdb_episode (id, name, duration_ms, updated_at) SELECT *, $4 FROM unnest($1::text[], $2::text[], $3::bigint[])
                ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, duration_ms = EXCLUDED.duration_ms, updated_at = EXCLUDED.updated_at
                """,
                [
                    state.NewImdbNames.Keys.ToArray(), state.NewImdbNames.Values.Select(name => name.Name).ToArray(),
                    state.NewImdbNames.Values.Select(name => name.DurationMs).ToArray(), now,
                ],
                cancellationToken);
        }
    }

    private static IEnumerable<(string TitleId, string EpisodeId, RepeatedField<ExternalId> Old, RepeatedField<ExternalId> New)> Renamed(CatalogState state) =>
        state.Titles.Values.Where(title => title.IsChanged && !title.Stored!.ExternalIds.Equals(title.Value.ExternalIds))
            .Select(title => (title.Value.Id, "", title.Stored!.ExternalIds, title.Value.ExternalIds))
            .Concat(state.Episodes.Values.Where(episode => episode.IsChanged && !episode.Stored!.ExternalIds.Equals(episode.Value.ExternalIds))
                .Select(episode => (episode.Value.TitleId, episode.Value.Id, episode.Stored!.ExternalIds, episode.Value.ExternalIds)));

    private static Guid[] Ids<T>(IEnumerable<T> rows, Func<T, string> id) => [.. rows.Select(row => Guid.Parse(id(row)))];

    private async Task CopyAsync<T>(string sql, IEnumerable<T> rows, Func<T, object?[]> columns, CancellationToken cancellationToken)
    {
        NpgsqlBinaryImporter? copy = null;
        try
        {
            foreach (var row in rows)
            {
                copy ??= await BeginAsync();
                await copy.WriteRowAsync(cancellationToken, columns(row));
            }

            if (copy is not null)
            {
                await copy.CompleteAsync(cancellationToken);
            }
        }
        finally
        {
            if (copy is not null)
            {
                await copy.DisposeAsync();
            }
        }

        async Task<NpgsqlBinaryImporter> BeginAsync()
        {
            var begun = await connection.BeginBinaryImportAsync(sql, cancellationToken);
            begun.Timeout = BatchStatements.Limit;
            return begun;
        }
    }

    private async Task ExecuteAsync(string sql, object?[] values, CancellationToken cancellationToken)
    {
        await using var command = connection.BatchCommand(sql, values);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
