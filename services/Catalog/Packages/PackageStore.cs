using MoviesNow.Catalog.Assets;
using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.Streams;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using Npgsql;

namespace MoviesNow.Catalog.Packages;

/// <summary>
/// What is published of packages in PostgreSQL. A package replaces what the one before it published: the ladder of the video asset that
/// GetPlayback takes, and the subtitles. What was recorded otherwise stays.
/// </summary>
internal sealed class PackageStore(NpgsqlDataSource database)
{
    private const string Scope = "title_id = $1 AND season_id IS NOT DISTINCT FROM $2::uuid AND episode_id IS NOT DISTINCT FROM $3::uuid";

    // Publications of one film or episode queue here. References to the row do not wait.
    private const string LockTitle = "SELECT 1 FROM title WHERE id = $1 FOR NO KEY UPDATE";
    private const string LockEpisode = "SELECT 1 FROM episode WHERE title_id = $1 AND season_id = $2 AND id = $3 FOR NO KEY UPDATE";

    /// <summary>Publishes a package, unless it is published already or a later one is.</summary>
    public async Task<VariantOutcome<PublishPackageResponse>> PublishAsync(Publication publication, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await LockAsync(connection, publication.Owner, cancellationToken))
        {
            return publication.Owner.EpisodeId is null ? ErrorReason.TitleNotFound : ErrorReason.EpisodeNotFound;
        }

        var current = await CurrentAsync(connection, publication.Owner, cancellationToken);
        if (current.PackageId == publication.PackageId)
        {
            return await AnswerAsync(connection, current.AssetId, cancellationToken);
        }

        if (current.Revision >= publication.Revision)
        {
            return ErrorReason.PackageSuperseded;
        }

        var order = Enumerable.Range(0, publication.Variants.Count).OrderBy(i => publication.Variants[i].StorageKey, StringComparer.Ordinal).ToArray();
        var made = 0;
        try
        {
            var assetId = await WriteAssetAsync(connection, publication, current, now, cancellationToken);
            foreach (var i in order)
            {
                await using var insert = connection.Command(
                    VariantRow.Insert, VariantRow.InsertValues(Guid.CreateVersion7(now), assetId, publication.Variants[i], now, publication.PackageId));
                await insert.ExecuteNonQueryAsync(cancellationToken);
                made++;
            }

            await WriteTextsAsync(connection, publication, now, cancellationToken);
            var answer = await AnswerAsync(connection, assetId, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return answer;
        }
        catch (PostgresException exception) when (made < order.Length && VariantRefusal.Of(exception) is { } refusal)
        {
            return new(null, ErrorReason.VariantExists, refusal, order[made]);
        }
        catch (PostgresException exception) when (ReasonOf(exception) is { } reason)
        {
            return reason;
        }
    }

    private static ErrorReason? ReasonOf(PostgresException exception) => exception.ConstraintName switch
    {
        "asset_storage_key_key" => ErrorReason.AssetExists,
        "asset_primary_key" => ErrorReason.PrimaryAssetExists,
        "stream_variant_asset_fkey" => ErrorReason.InUse,
        _ => null,
    };

    private static async Task<bool> LockAsync(NpgsqlConnection connection, AssetOwner owner, CancellationToken cancellationToken)
    {
        await using var command = owner.EpisodeId is null
            ? connection.Command(LockTitle, owner.TitleId)
            : connection.Command(LockEpisode, owner.TitleId, owner.SeasonId, owner.EpisodeId);
        return await command.ExecuteScalarAsync(cancellationToken) is not null;
    }

    /// <summary>The video asset that GetPlayback takes, and the newest package that was published.</summary>
    private static async Task<Current> CurrentAsync(NpgsqlConnection connection, AssetOwner owner, CancellationToken cancellationToken)
    {
        // Single variants and ladders of the asset wait for this one.
        await using var command = connection.Command(
            $"""
            SELECT id, package_id, coalesce(package_revision, 0) FROM asset
            WHERE {Scope} AND kind = 'Video'
            ORDER BY is_primary DESC, sort_order, id
            FOR UPDATE
            """,
            owner.TitleId, owner.SeasonId, owner.EpisodeId);
        var videos = await command.ListAsync(
            row => new Current(row.GetGuid(0), row.IsDBNull(1) ? null : row.GetGuid(1), row.GetInt64(2)), cancellationToken);
        return videos.MaxBy(video => video.Revision) is { } newest ? newest with { AssetId = videos[0].AssetId } : new Current(null, null, 0);
    }

    /// <summary>Writes the video asset and takes the ladder of the package before away.</summary>
    private static async Task<Guid> WriteAssetAsync(
        NpgsqlConnection connection, Publication publication, Current current, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (video, owner) = (publication.Video, publication.Owner);
        var properties = publication.Properties ?? new MediaProperties();
        var assetId = current.AssetId ?? Guid.CreateVersion7(now);
        await using var batch = connection.CreateBatch();
        if (current.AssetId is null)
        {
            batch.Add($"""
                INSERT INTO asset (id, title_id, season_id, episode_id, kind, storage_key, language, mime_type, size_bytes, sha256,
                                   width, height, duration_ms, frame_rate, codecs, is_primary, sort_order, created_at, updated_at,
                                   package_id, package_revision)
                VALUES ($1, $2, $3, $4, 'Video', $5, '', $6, $7, $8, $9, $10, $11, $12, $13, true, 0, $14, $14, $15, $16)
                """,
                assetId, owner.TitleId, owner.SeasonId, owner.EpisodeId, video.StorageKey, video.MimeType, video.SizeBytes, video.Sha256,
                properties.Width, properties.Height, properties.DurationMs, properties.FrameRate, properties.Codecs, now,
                publication.PackageId, publication.Revision);
        }
        else
        {
            // The asset of a master file keeps naming the master; that of a package names the new package.
            batch.Add("""
                UPDATE asset SET
                    mime_type = CASE WHEN starts_with(storage_key, 'hls/') THEN $3 ELSE mime_type END,
                    size_bytes = CASE WHEN starts_with(storage_key, 'hls/') THEN $4 ELSE size_bytes END,
                    sha256 = CASE WHEN starts_with(storage_key, 'hls/') THEN $5 ELSE sha256 END,
                    storage_key = CASE WHEN starts_with(storage_key, 'hls/') THEN $2 ELSE storage_key END,
                    width = CASE WHEN $6 THEN $7 ELSE width END,
                    height = CASE WHEN $6 THEN $8 ELSE height END,
                    duration_ms = CASE WHEN $6 THEN $9 ELSE duration_ms END,
                    frame_rate = CASE WHEN $6 THEN $10 ELSE frame_rate END,
                    codecs = CASE WHEN $6 THEN $11 ELSE codecs END,
                    package_id = $12,
                    package_revision = $13,
                    updated_at = $14,
                    version = version + 1
                WHERE id = $1
                """,
                assetId, video.StorageKey, video.MimeType, video.SizeBytes, video.Sha256, publication.Properties is not null,
                properties.Width, properties.Height, properties.DurationMs, properties.FrameRate, properties.Codecs,
                publication.PackageId, publication.Revision, now);
            batch.Add("DELETE FROM stream_variant WHERE asset_id = $1 AND starts_with(storage_key, 'hls/')", assetId);
        }

        await batch.ExecuteNonQueryAsync(cancellationToken);
        return assetId;
    }

    private static async Task WriteTextsAsync(
        NpgsqlConnection connection, Publication publication, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var owner = publication.Owner;
        await using var batch = connection.CreateBatch();
        batch.Add(
            $"DELETE FROM asset WHERE {Scope} AND kind IN ('Subtitle', 'Caption') AND package_id IS NOT NULL",
            owner.TitleId, owner.SeasonId, owner.EpisodeId);
        foreach (var text in publication.Texts)
        {
            batch.Add("""
                INSERT INTO asset (id, title_id, season_id, episode_id, kind, storage_key, language, mime_type, size_bytes, sha256,
                                   width, height, duration_ms, frame_rate, codecs, is_primary, sort_order, created_at, updated_at, package_id)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0, 0, 0, '', $11, $12, $13, $13, $14)
                """,
                Guid.CreateVersion7(now), owner.TitleId, owner.SeasonId, owner.EpisodeId, text.Kind.ToString(), text.Object.StorageKey, text.Language,
                text.Object.MimeType, text.Object.SizeBytes, text.Object.Sha256, text.IsPrimary, text.SortOrder, now, publication.PackageId);
        }

        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<PublishPackageResponse> AnswerAsync(NpgsqlConnection connection, Guid? assetId, CancellationToken cancellationToken)
    {
        await using var asset = connection.Command($"SELECT {AssetStore.Columns} FROM asset WHERE id = $1", assetId);
        var answer = new PublishPackageResponse { Asset = await asset.SingleAsync(AssetStore.Read, cancellationToken) };
        await using var variants = connection.Command($"SELECT {VariantRow.Columns} FROM stream_variant WHERE asset_id = $1 ORDER BY id", assetId);
        answer.Variants.AddRange(await variants.ListAsync(VariantRow.Read, cancellationToken));
        return answer;
    }

    /// <summary>What there is before the publication.</summary>
    private sealed record Current(Guid? AssetId, Guid? PackageId, long Revision);
}
