using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using MoviesNow.Storage;
using Npgsql;

namespace MoviesNow.Catalog.Assets;

/// <summary>Media assets in PostgreSQL.</summary>
internal sealed class AssetStore(NpgsqlDataSource database)
{
    /// <summary>What <see cref="Read"/> takes.</summary>
    internal const string Columns = """
        id, title_id, season_id, episode_id, kind, storage_key, language, mime_type, size_bytes, sha256,
        width, height, duration_ms, frame_rate, codecs, is_primary, sort_order, created_at, updated_at, version
        """;

    /// <summary>
    /// Records an object, unless this effect did before. Foreign keys over all levels of the scope see to it that they fit together.
    /// </summary>
    public async Task<Outcome<MediaAsset>> RecordAsync(
        Guid id, Guid? effectId, AssetOwner owner, StorageKey key, RecordAssetRequest asset, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var properties = asset.Properties ?? new MediaProperties();
        try
        {
            await using var command = database.Command($"""
                INSERT INTO asset (id, title_id, season_id, episode_id, kind, storage_key, language, mime_type, size_bytes, sha256,
                                   width, height, duration_ms, frame_rate, codecs, is_primary, sort_order, created_at, updated_at, effect_id)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $18, $19)
                RETURNING {Columns}
                """,
                id, owner.TitleId, owner.SeasonId, owner.EpisodeId, asset.Kind.ToString(), key.Value, asset.Language, asset.MimeType, asset.SizeBytes,
                asset.Sha256, properties.Width, properties.Height, properties.DurationMs, properties.FrameRate, properties.Codecs, asset.IsPrimary,
                asset.SortOrder, now, effectId);
            return (await command.SingleAsync(Read, cancellationToken))!;
        }
        catch (PostgresException exception) when (exception.ConstraintName is "asset_storage_key_key" or "asset_primary_key")
        {
            // A repeated call meets its own row at both constraints, and the database tells of one.
            await using var command = database.Command($"SELECT {Columns} FROM asset WHERE storage_key = $1 AND effect_id = $2", key.Value, effectId);
            return await command.SingleAsync(Read, cancellationToken) is { } made ? made
                : exception.ConstraintName == "asset_primary_key" ? ErrorReason.PrimaryAssetExists
                : ErrorReason.AssetExists;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return await MissingLevelAsync(owner, cancellationToken);
        }
    }

    /// <summary>One asset; null when there is none.</summary>
    public async Task<MediaAsset?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var command = database.Command($"SELECT {Columns} FROM asset WHERE id = $1", id);
        return await command.SingleAsync(Read, cancellationToken);
    }

    /// <summary>The assets of exactly this scope by kind, sort order and id.</summary>
    public async Task<List<MediaAsset>> ListAsync(
        AssetOwner owner, AssetKind kind, (string Kind, int SortOrder, Guid Id)? after, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.Command($"""
            SELECT {Columns} FROM asset
            WHERE title_id = $1 AND season_id IS NOT DISTINCT FROM $2::uuid AND episode_id IS NOT DISTINCT FROM $3::uuid
              AND ($4::text IS NULL OR kind = $4)
              AND ($5::text IS NULL OR (kind, sort_order, id) > ($5, $6::int, $7::uuid))
            ORDER BY kind, sort_order, id
            LIMIT $8
            """,
            owner.TitleId, owner.SeasonId, owner.EpisodeId, kind is AssetKind.Unspecified ? null : kind.ToString(),
            after?.Kind, after?.SortOrder, after?.Id, limit);
        return await command.ListAsync(Read, cancellationToken);
    }

    /// <summary>Replaces what an asset says of itself, if it has this version.</summary>
    public async Task<Outcome<MediaAsset>> UpdateAsync(Guid id, long version, MediaAsset asset, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var properties = asset.Properties ?? new MediaProperties();
        try
        {
            await using var command = database.Command($"""
                UPDATE asset SET
                    (language, mime_type, is_primary, sort_order, width, height, duration_ms, frame_rate, codecs) = ($3, $4, $5, $6, $7, $8, $9, $10, $11),
                    updated_at = $12,
                    version = version + 1
                WHERE id = $1 AND version = $2
                RETURNING {Columns}
                """,
                id, version, asset.Language, asset.MimeType, asset.IsPrimary, asset.SortOrder,
                properties.Width, properties.Height, properties.DurationMs, properties.FrameRate, properties.Codecs, now);
            return await command.SingleAsync(Read, cancellationToken) is { } updated ? updated : await MissAsync(id, cancellationToken);
        }
        catch (PostgresException exception) when (exception.ConstraintName == "asset_primary_key")
        {
            return ErrorReason.PrimaryAssetExists;
        }
    }

    /// <summary>Deletes an asset, and its variants if they are to go as well.</summary>
    public async Task<Outcome<MediaAsset>> DeleteAsync(Guid id, long? version, bool cascade, CancellationToken cancellationToken)
    {
        // The lock waits for variants that are being created: the statements after it see them.
        await using var batch = database.CreateBatch();
        batch.Add("SELECT 1 FROM asset WHERE id = $1 AND ($2::bigint IS NULL OR version = $2) FOR UPDATE", id, version);
        if (cascade)
        {
            batch.Add("""
                DELETE FROM stream_variant USING asset
                WHERE asset_id = asset.id AND asset.id = $1 AND ($2::bigint IS NULL OR asset.version = $2)
                """, id, version);
        }

        batch.Add($"DELETE FROM asset WHERE id = $1 AND ($2::bigint IS NULL OR version = $2) RETURNING {Columns}", id, version);
        try
        {
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            await reader.NextResultAsync(cancellationToken);
            return await reader.ReadAsync(cancellationToken) ? Read(reader) : await MissAsync(id, cancellationToken);
        }
        catch (PostgresException exception) when (exception.ConstraintName == "stream_variant_asset_fkey")
        {
            return ErrorReason.InUse;
        }
    }

    private async Task<ErrorReason> MissAsync(Guid id, CancellationToken cancellationToken) =>
        await FindAsync(id, cancellationToken) is null ? ErrorReason.AssetNotFound : ErrorReason.EtagMismatch;

    /// <summary>The first level of a scope that is not there; the order in which the database notices is not ours.</summary>
    private async Task<ErrorReason> MissingLevelAsync(AssetOwner owner, CancellationToken cancellationToken)
    {
        await using var command = database.Command("""
            SELECT EXISTS (SELECT FROM title WHERE id = $1), EXISTS (SELECT FROM season WHERE title_id = $1 AND id = $2)
            """, owner.TitleId, owner.SeasonId ?? Guid.Empty);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetBoolean(0), reader.GetBoolean(1)) switch
        {
            (false, _) => ErrorReason.TitleNotFound,
            (true, false) => ErrorReason.SeasonNotFound,
            (true, true) => ErrorReason.EpisodeNotFound,
        };
    }

    internal static MediaAsset Read(NpgsqlDataReader row) => new()
    {
        Id = row.Id(0),
        Scope = new AssetScope
        {
            TitleId = row.Id(1),
            SeasonId = row.IsDBNull(2) ? "" : row.Id(2),
            EpisodeId = row.IsDBNull(3) ? "" : row.Id(3),
        },
        Kind = row.Enum<AssetKind>(4),
        StorageKey = row.GetString(5),
        Language = row.GetString(6),
        MimeType = row.GetString(7),
        SizeBytes = row.GetInt64(8),
        Sha256 = row.GetString(9),
        Properties = new MediaProperties
        {
            Width = row.GetInt32(10),
            Height = row.GetInt32(11),
            DurationMs = row.GetInt64(12),
            FrameRate = row.GetDouble(13),
            Codecs = row.GetString(14),
        },
        IsPrimary = row.GetBoolean(15),
        SortOrder = row.GetInt32(16),
        CreateTime = row.Time(17),
        UpdateTime = row.Time(18),
        Etag = Etag.Of(row.GetInt64(19)),
    };
}
