using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using Npgsql;

namespace MoviesNow.Catalog.Streams;

/// <summary>The variants of an asset that are created together.</summary>
internal sealed class LadderStore(NpgsqlDataSource database)
{
    /// <summary>
    /// Creates all variants or none, in the order given; with <paramref name="replace"/> those that the asset has go in the same moment. A ladder that
    /// this effect made before, and that is still whole, is returned instead.
    /// </summary>
    public async Task<VariantOutcome<List<StreamVariant>>> CreateAsync(
        Guid assetId, Guid? effectId, IReadOnlyList<StreamVariant> variants, bool replace, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var (isThere, made) = await LockAsync(connection, transaction, assetId, effectId, cancellationToken);
        if (!isThere)
        {
            return ErrorReason.AssetNotFound;
        }

        if (InOrderOf(variants, made) is { } before)
        {
            return before;
        }

        await using var batch = new NpgsqlBatch(connection, transaction);
        if (replace)
        {
            batch.Add("DELETE FROM stream_variant WHERE asset_id = $1", assetId);
        }

        // In the order of the keys, so that ladders of two assets that claim the same keys do not wait for each other.
        var deletes = batch.BatchCommands.Count;
        int[] order = [.. Enumerable.Range(0, variants.Count).OrderBy(i => variants[i].StorageKey, StringComparer.Ordinal)];
        foreach (var i in order)
        {
            batch.Add(VariantRow.Insert, VariantRow.InsertValues(Guid.CreateVersion7(now), assetId, variants[i], now, effectId));
        }

        try
        {
            await using (var reader = await batch.ExecuteReaderAsync(cancellationToken))
            {
                made = await ReadAsync(reader, cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
            return InOrderOf(variants, made)!;
        }
        catch (PostgresException exception) when (VariantRefusal.Of(exception) is { } refusal && exception.BatchCommand is NpgsqlBatchCommand failed)
        {
            return new(null, ErrorReason.VariantExists, refusal, order[batch.BatchCommands.IndexOf(failed) - deletes]);
        }
    }

    /// <summary>
    /// Takes the asset for this transaction alone, so that ladders of it queue, and so do creations of single variants; then looks for what the effect
    /// made before.
    /// </summary>
    private static async Task<(bool IsThere, List<StreamVariant> Made)> LockAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid assetId, Guid? effectId, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.Add("SELECT 1 FROM asset WHERE id = $1 FOR UPDATE", assetId);
        batch.Add($"SELECT {VariantRow.Columns} FROM stream_variant WHERE asset_id = $1 AND effect_id = $2::uuid", assetId, effectId);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var isThere = await reader.ReadAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        return (isThere, await ReadAsync(reader, cancellationToken));
    }

    /// <summary>The rows of this result and of those after it.</summary>
    private static async Task<List<StreamVariant>> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var rows = new List<StreamVariant>();
        do
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.Add(VariantRow.Read(reader));
            }
        }
        while (await reader.NextResultAsync(cancellationToken));
        return rows;
    }

    /// <summary>The rows in the order of the request, told by their keys; null when one of them is not there.</summary>
    private static List<StreamVariant>? InOrderOf(IReadOnlyList<StreamVariant> variants, List<StreamVariant> rows)
    {
        var byKey = rows.ToDictionary(row => row.StorageKey, StringComparer.Ordinal);
        return variants.All(variant => byKey.ContainsKey(variant.StorageKey)) ? [.. variants.Select(variant => byKey[variant.StorageKey])] : null;
    }
}
