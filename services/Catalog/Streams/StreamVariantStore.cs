using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using Npgsql;

namespace MoviesNow.Catalog.Streams;

/// <summary>Stream variants in PostgreSQL, one at a time; <see cref="LadderStore"/> has those that come together.</summary>
internal sealed class StreamVariantStore(NpgsqlDataSource database, QualityTiers tiers)
{
    private readonly string[] _bestFirst = [.. tiers.BestFirst.Select(tier => tier.ToString())];

    /// <summary>Creates a variant, unless this effect made it before.</summary>
    public async Task<VariantOutcome<StreamVariant>> CreateAsync(
        Guid id, Guid? effectId, Guid assetId, StreamVariant variant, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            await using var insert = database.Command(VariantRow.Insert, VariantRow.InsertValues(id, assetId, variant, now, effectId));
            return await insert.SingleAsync(VariantRow.Read, cancellationToken) is { } made ? made : ErrorReason.AssetNotFound;
        }
        catch (PostgresException exception) when (VariantRefusal.Of(exception) is { } refusal)
        {
            await using var select = database.Command(
                $"SELECT {VariantRow.Columns} FROM stream_variant WHERE asset_id = $1 AND effect_id = $2", assetId, effectId);
            return await select.SingleAsync(VariantRow.Read, cancellationToken) is { } made ? made : refusal;
        }
    }

    /// <summary>One variant; null when there is none.</summary>
    public async Task<StreamVariant?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var command = database.Command($"SELECT {VariantRow.Columns} FROM stream_variant WHERE id = $1", id);
        return await command.SingleAsync(VariantRow.Read, cancellationToken);
    }

    /// <summary>The variants of an asset, those of the best tier first, and by id.</summary>
    public async Task<List<StreamVariant>> ListAsync(
        Guid assetId, (QualityTier Tier, Guid Id)? after, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.Command($"""
            SELECT {VariantRow.Columns} FROM stream_variant
            WHERE asset_id = $1
              AND ($3::text IS NULL OR (array_position($2, tier), id) > (array_position($2, $3), $4::uuid))
            ORDER BY array_position($2, tier), id
            LIMIT $5
            """, assetId, _bestFirst, after?.Tier.ToString(), after?.Id, limit);
        return await command.ListAsync(VariantRow.Read, cancellationToken);
    }

    /// <summary>Replaces what a variant says of itself, if it still has the version.</summary>
    public async Task<VariantOutcome<StreamVariant>> UpdateAsync(
        Guid id, long version, StreamVariant variant, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = database.Command($"""
                UPDATE stream_variant SET
                    ({VariantRow.ValueColumns}) = ROW ({VariantRow.ValueParameters}),
                    updated_at = $29,
                    version = version + 1
                WHERE id = $1 AND version = $2
                RETURNING {VariantRow.Columns}
                """, [id, version, .. VariantRow.Values(variant), now]);
            return await command.SingleAsync(VariantRow.Read, cancellationToken) is { } changed ? changed : await MissAsync(id, cancellationToken);
        }
        catch (PostgresException exception) when (VariantRefusal.Of(exception) is { } refusal)
        {
            return refusal;
        }
    }

    public async Task<VariantOutcome<StreamVariant>> DeleteAsync(Guid id, long? version, CancellationToken cancellationToken)
    {
        await using var command = database.Command($"""
            DELETE FROM stream_variant WHERE id = $1 AND ($2::bigint IS NULL OR version = $2) RETURNING {VariantRow.Columns}
            """, id, version);
        return await command.SingleAsync(VariantRow.Read, cancellationToken) is { } deleted ? deleted : await MissAsync(id, cancellationToken);
    }

    private async Task<ErrorReason> MissAsync(Guid id, CancellationToken cancellationToken) =>
        await FindAsync(id, cancellationToken) is null ? ErrorReason.VariantNotFound : ErrorReason.EtagMismatch;
}
