using MoviesNow.Upload.V1;
using Npgsql;
using NpgsqlTypes;

namespace MoviesNow.Upload.Sweeping;

/// <summary>An object that no row knows, or a row whose object is gone.</summary>
internal sealed record Orphan(OrphanKind Kind, string Key, long Size, DateTimeOffset? ModifiedAt, Guid? UploadId)
{
    public DateTimeOffset FoundAt { get; init; }
}

/// <summary>What the sweeps found, by key.</summary>
internal sealed class OrphanStore(NpgsqlDataSource dataSource)
{
    /// <summary>Replaces what is known of the keys between two. What was known before keeps the time when it was found.</summary>
    /// <param name="fence">Of the sweep.</param>
    /// <param name="range">Behind the first key, byte by byte, up to the second; null for the last.</param>
    /// <param name="found">What is there now.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task ReplaceAsync(
        SweepFence fence, (string After, string? Through) range, IReadOnlyCollection<Orphan> found, DateTimeOffset now, CancellationToken cancellationToken) =>
        fence.RunAsync(
            dataSource,
            async connection =>
            {
                await using var batch = new NpgsqlBatch(connection)
                {
                    BatchCommands =
                    {
                        new NpgsqlBatchCommand("""
                            DELETE FROM sweep_orphan
                            WHERE storage_key > $1 AND ($2::text IS NULL OR storage_key <= $2)
                              AND (storage_key, kind) NOT IN (SELECT key, kind FROM unnest($3::text[], $4::smallint[]) AS found (key, kind))
                            """)
                        {
                            Parameters = { new() { Value = range.After }, Text(range.Through), Keys(found), Kinds(found) },
                        },
                        new NpgsqlBatchCommand("""
                            INSERT INTO sweep_orphan (storage_key, kind, size_bytes, modified_at, upload_id, found_at)
                            SELECT *, $6 FROM unnest($1::text[], $2::smallint[], $3::bigint[], $4::timestamptz[], $5::uuid[])
                            ON CONFLICT (storage_key, kind) DO UPDATE SET
                                size_bytes = excluded.size_bytes,
                                modified_at = excluded.modified_at,
                                upload_id = excluded.upload_id,
                                -- Another object or upload is another orphan.
                                found_at = CASE WHEN sweep_orphan.upload_id IS NOT DISTINCT FROM excluded.upload_id
                                    AND sweep_orphan.modified_at IS NOT DISTINCT FROM excluded.modified_at
                                    THEN sweep_orphan.found_at ELSE excluded.found_at END,
                                marked_at = CASE WHEN sweep_orphan.upload_id IS NOT DISTINCT FROM excluded.upload_id
                                    THEN sweep_orphan.marked_at END
                            """)
                        {
                            Parameters =
                            {
                                Keys(found), Kinds(found), new() { Value = found.Select(one => one.Size).ToArray() },
                                new() { Value = found.Select(one => one.ModifiedAt?.UtcDateTime).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz },
                                new() { Value = found.Select(one => one.UploadId).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid },
                                new() { Value = now },
                            },
                        },
                    },
                };
                await batch.ExecuteNonQueryAsync(cancellationToken);
            },
            cancellationToken);

    /// <summary>A page of orphans by key.</summary>
    /// <param name="kind">Those of this kind; unspecified for all.</param>
    /// <param name="after">Those behind this one; null for the first page.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<List<Orphan>> ListAsync(OrphanKind kind, (string Key, OrphanKind Kind)? after, int limit, CancellationToken cancellationToken) =>
        ListAsync("($4 = 0 OR kind = $4)", after, limit, [new() { Value = (short)kind }], cancellationToken);

    /// <summary>Orphans of a kind that were found before a time, and are not recorded as lost.</summary>
    public async IAsyncEnumerable<Orphan> ListFoundBeforeAsync(OrphanKind kind, DateTimeOffset before, string afterKey)
    {
        (string Key, OrphanKind Kind)? last = afterKey.Length > 0 ? (afterKey, kind) : null;
        List<Orphan> page;
        do
        {
            page = await ListAsync(
                "kind = $4 AND found_at < $5 AND marked_at IS NULL", last, SweepStore.Batch, [new() { Value = (short)kind }, new() { Value = before }], CancellationToken.None);
            foreach (var orphan in page)
            {
                yield return orphan;
                last = (orphan.Key, orphan.Kind);
            }
        }
        while (page.Count == SweepStore.Batch);
    }

    /// <summary>How many rows without object are not recorded as lost.</summary>
    public async Task<long> CountUnmarkedRowsAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("SELECT count(*) FROM sweep_orphan WHERE kind = 2 AND marked_at IS NULL");
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Notes that the loss of a row's object is recorded.</summary>
    public async Task MarkAsync(SweepFence fence, string key, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            $"UPDATE sweep_orphan SET marked_at = $2 WHERE storage_key = $1 AND kind = 2 AND {fence.Condition}");
        command.Parameters.Add(new() { Value = key });
        command.Parameters.Add(new() { Value = now });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Forgets an object that was removed.</summary>
    public async Task ForgetAsync(SweepFence fence, string key, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"DELETE FROM sweep_orphan WHERE storage_key = $1 AND kind = 1 AND {fence.Condition}");
        command.Parameters.Add(new() { Value = key });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<List<Orphan>> ListAsync(
        string condition, (string Key, OrphanKind Kind)? after, int limit, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"""
            SELECT kind, storage_key, size_bytes, modified_at, upload_id, found_at FROM sweep_orphan
            WHERE {condition} AND ($1::text IS NULL OR (storage_key, kind) > ($1, $2))
            ORDER BY storage_key, kind
            LIMIT $3
            """);
        NpgsqlParameter[] page = [Text(after?.Key), new() { Value = (short)(after?.Kind ?? OrphanKind.Unspecified) }, new() { Value = limit }];
        foreach (var parameter in page.Concat(parameters))
        {
            command.Parameters.Add(parameter);
        }

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var orphans = new List<Orphan>();
        while (await reader.ReadAsync(cancellationToken))
        {
            orphans.Add(new Orphan(
                (OrphanKind)reader.GetInt16(0),
                reader.GetString(1),
                reader.GetInt64(2),
                reader.IsDBNull(3) ? null : reader.GetFieldValue<DateTimeOffset>(3),
                reader.IsDBNull(4) ? null : reader.GetGuid(4))
            {
                FoundAt = reader.GetFieldValue<DateTimeOffset>(5),
            });
        }

        return orphans;
    }

    private static NpgsqlParameter Keys(IEnumerable<Orphan> orphans) => new() { Value = orphans.Select(one => one.Key).ToArray() };

    private static NpgsqlParameter Kinds(IEnumerable<Orphan> orphans) => new() { Value = orphans.Select(one => (short)one.Kind).ToArray() };

    private static NpgsqlParameter Text(string? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };
}
