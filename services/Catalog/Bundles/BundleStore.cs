using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using Npgsql;

namespace MoviesNow.Catalog.Bundles;

/// <summary>The life of bundles in PostgreSQL: every step is one statement whose condition is the rule.</summary>
internal sealed class BundleStore(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>
    /// Reserves a key. Of concurrent reservations of one key exactly one wins, by the unique index over live bundles; a published
    /// bundle past its expiry gives its key up. A repeated reservation finds its own row.
    /// </summary>
    public async Task<Outcome<Bundle>> ReserveAsync(BundleReservation asked, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var key = BundleKeys.Zip(asked.Kind, asked.TitleId, asked.SeasonNumber, asked.Id).Value;
        await using var batch = database.CreateBatch();
        batch.Add("""
            UPDATE bundle SET state = 'Expired', updated_at = $2, version = version + 1
            WHERE storage_key = $1 AND state = 'Published' AND expires_at <= $2
            """, key, now);
        batch.Add("""
            INSERT INTO bundle (id, title_id, title_kind, kind, season_number, label, storage_key, size_bytes, sha256, state,
                                requires_token, expires_at, created_at, updated_at)
            SELECT $1, id, kind, $3, $4, $5, $6, $7, $8, 'Pending', $9, $10, $11, $11 FROM title WHERE id = $2
            """,
            asked.Id, asked.TitleId, asked.Kind.ToString(), asked.SeasonNumber, asked.Label, key, asked.SizeBytes, asked.Sha256,
            asked.RequiresToken, asked.ExpireTime ?? now + BundleExpiry.Default, now);
        batch.Add("""
            INSERT INTO bundle_episode (bundle_id, position, title_id, episode_id)
            SELECT bundle.id, episode.position, bundle.title_id, episode.id
            FROM bundle, unnest($2::uuid[]) WITH ORDINALITY AS episode (id, position)
            WHERE bundle.id = $1
            """, asked.Id, asked.EpisodeIds);
        batch.Add($"SELECT {BundleRow.Columns} FROM bundle WHERE id = $1", asked.Id);

        try
        {
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            return await reader.ReadAsync(cancellationToken) ? BundleRow.Read(reader, now) : ErrorReason.TitleNotFound;
        }
        catch (PostgresException exception) when (exception.ConstraintName is "bundle_pkey" or "bundle_live_key")
        {
            return await FindAsync(asked.Id, cancellationToken) is { } own && asked.Describes(own) ? own : ErrorReason.BundleExists;
        }
        catch (PostgresException exception) when (ReasonFor(exception.ConstraintName) is { } reason)
        {
            return reason;
        }
    }

    /// <summary>One bundle; null when there is none.</summary>
    public async Task<Bundle?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var command = database.Command($"SELECT {BundleRow.Columns} FROM bundle WHERE id = $1", id);
        return await SingleAsync(command, time.GetUtcNow(), cancellationToken);
    }

    /// <summary>Records that the ZIP was checked; later states stay as they are, for a call whose answer was lost is repeated.</summary>
    public async Task<Outcome<Bundle>> VerifyAsync(Guid id, string? objectEtag, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var command = database.Command($"""
            UPDATE bundle SET state = 'Verified', object_etag = $3, updated_at = $2, version = version + 1
            WHERE id = $1 AND state = 'Pending'
            RETURNING {BundleRow.Columns}
            """, id, now, objectEtag);
        return await SingleAsync(command, now, cancellationToken) ?? await FindAsync(id, cancellationToken) switch
        {
            null => ErrorReason.BundleNotFound,
            { State: BundleState.Verified or BundleState.Published } bundle => bundle,
            var bundle => Outcome.InvalidState<Bundle>(bundle.State),
        };
    }

    /// <summary>
    /// Publishes a verified bundle that has not expired; a published one stays as it is. A repeated call meets the version that it made
    /// of the one it means.
    /// </summary>
    public async Task<Outcome<Bundle>> PublishAsync(Guid id, long? version, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var command = database.Command($"""
            UPDATE bundle SET state = 'Published', updated_at = $3, version = version + 1
            WHERE id = $1 AND ($2::bigint IS NULL OR version = $2) AND state = 'Verified' AND expires_at > $3
            RETURNING {BundleRow.Columns}
            """, id, version, now);
        return await SingleAsync(command, now, cancellationToken) ?? await FindAsync(id, cancellationToken) switch
        {
            null => ErrorReason.BundleNotFound,
            { State: BundleState.Published } bundle when Etag.Version(bundle.Etag) - 1 == version => bundle,
            var bundle when version is not null && Etag.Version(bundle.Etag) != version => ErrorReason.EtagMismatch,
            { State: BundleState.Published } bundle => bundle,
            { State: BundleState.Verified } => Outcome.InvalidState<Bundle>(BundleState.Expired),
            var bundle => Outcome.InvalidState<Bundle>(bundle.State),
        };
    }

    /// <summary>Records that the manifest lies beside a verified or published ZIP; once recorded it stays.</summary>
    public async Task<Outcome<Bundle>> RecordManifestAsync(Guid id, long? size, string? objectEtag, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { } bundle)
        {
            return ErrorReason.BundleNotFound;
        }

        var key = BundleKeys.Manifest(bundle.Kind, Guid.Parse(bundle.TitleId), bundle.HasSeasonNumber ? bundle.SeasonNumber : null, id);
        var now = time.GetUtcNow();
        await using var command = database.Command($"""
            UPDATE bundle SET
                manifest_key = $2,
                manifest_size = CASE WHEN manifest_key IS NULL THEN $4 ELSE manifest_size END,
                manifest_etag = CASE WHEN manifest_key IS NULL THEN $5 ELSE manifest_etag END,
                updated_at = CASE WHEN manifest_key IS NULL THEN $3 ELSE updated_at END,
                version = version + (manifest_key IS NULL)::int
            WHERE id = $1 AND $2::text IS NOT NULL AND (state = 'Verified' OR (state = 'Published' AND expires_at > $3))
            RETURNING {BundleRow.Columns}
            """, id, key?.Value, now, size, objectEtag);
        return await SingleAsync(command, now, cancellationToken) ?? await FindAsync(id, cancellationToken) switch
        {
            null => ErrorReason.BundleNotFound,
            var current => Outcome.InvalidState<Bundle>(current.State),
        };
    }

    /// <summary>Changes label and expiry. The expiry of a bundle whose key has a successor cannot change.</summary>
    /// <returns><see cref="ErrorReason.InvalidFields"/> when the expiry is not later than the creation.</returns>
    public async Task<Outcome<Bundle>> UpdateAsync(
        Guid id, long? version, string? label, DateTimeOffset? expireTime, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        try
        {
            await using var command = database.Command($"""
                UPDATE bundle SET
                    label = COALESCE($3, label),
                    expires_at = COALESCE($4, expires_at),
                    updated_at = $5,
                    version = version + 1
                WHERE id = $1 AND version = $2 AND ($4::timestamptz IS NULL OR state IN ('Pending', 'Verified', 'Published'))
                RETURNING {BundleRow.Columns}
                """, id, version, label, expireTime, now);
            return await SingleAsync(command, now, cancellationToken) ?? await FindAsync(id, cancellationToken) switch
            {
                null => ErrorReason.BundleNotFound,
                var bundle when Etag.Version(bundle.Etag) != version => ErrorReason.EtagMismatch,
                var bundle => Outcome.InvalidState<Bundle>(bundle.State),
            };
        }
        catch (PostgresException exception) when (exception.ConstraintName == "bundle_expiry_check")
        {
            return ErrorReason.InvalidFields;
        }
    }

    /// <summary>Deletes the row, whatever its state; false when there is none.</summary>
    public async Task<bool> ReleaseAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var command = database.Command("DELETE FROM bundle WHERE id = $1", id);
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    private static ErrorReason? ReasonFor(string? constraint) => constraint switch
    {
        "bundle_series_check" => ErrorReason.NotASeries,
        "bundle_season_fkey" => ErrorReason.SeasonNotFound,
        "bundle_episode_episode_fkey" => ErrorReason.EpisodeNotFound,
        "bundle_title_fkey" => ErrorReason.TitleNotFound,
        _ => null,
    };

    private static Task<Bundle?> SingleAsync(NpgsqlCommand command, DateTimeOffset now, CancellationToken cancellationToken) =>
        command.SingleAsync(row => BundleRow.Read(row, now), cancellationToken);
}
