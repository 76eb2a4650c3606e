using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using Npgsql;

namespace MoviesNow.Catalog.Streams;

/// <summary>The variants of an asset that are created together.</summary>
internal sealed class LadderStore(NpgsqlDataSource database)
{
    /// <summary>
    /// Creates all variants or none, in the order given; with <paramref name="replace"/> those that the asset has go in the same moment. A
    /// ladder that this effect made before, and that is still whole, is returned instead.
    /// </summary>
    public async Task<VariantOutcome<List<StreamVariant>>> CreateAsync(
        Guid assetId, Guid? effectId, IReadOnlyList<StreamVariant> variants, bool replace, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await LockAsync(connection, transaction, assetId, effectId, cancellationToken) is not { } before)
        {
            return ErrorReason.AssetNotFound;
        }

        if (InOrderOf(variants, before) is { } repeated)
        {
            return repeated;
        }

        await using var batch = new NpgsqlBatch(connection, transaction);
        if (replace)
        {
            batch.Add("DELETE FROM stream_variant WHERE asset_id = $1", assetId);
        }

        // In the order of the keys, so that ladders of two assets that claim the same keys do not wait for each other.
        int[] order = [.. Enumerable.Range(0, variants.Count).OrderBy(i => variants[i].StorageKey, StringComparer.Ordinal)];
        foreach (var i in order)
        {
            batch.Add(VariantRow.Insert, VariantRow.InsertValues(Guid.CreateVersion7(now), assetId, variants[i], now, effectId));
        }

        var made = new List<StreamVariant>(variants.Count);
        try
        {
            await using (var reader = await batch.ExecuteReaderAsync(cancellationToken))
            {
                await ReadAsync(reader, made, cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
            return InOrderOf(variants, made)!;
        }
        catch (PostgresException exception) when (VariantRefusal.Of(exception) is { } refusal)
        {
            // Each statement before it answered with its row.
            return new(null, ErrorReason.VariantExists, refusal, order[made.Count]);
        }
    }

    /// <summary>
    /// Takes the asset for this transaction alone, so that ladders of it queue, and so do creations of single variants; then looks for what the
    /// effect made before. Null when there is no such asset.
    /// </summary>
    private static async Task<List<StreamVariant>?> LockAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid assetId, Guid? effectId, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.Add("SELECT 1 FROM asset WHERE id = $1 FOR UPDATE", assetId);
        batch.Add($"SELECT {VariantRow.Columns} FROM stream_variant WHERE asset_id = $1 AND effect_id = $2::uuid", assetId, effectId);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return null;
        }

        var made = new List<StreamVariant>();
        await reader.NextResultAsync(cancellationToken);
        await ReadAsync(reader, made, cancellationToken);
        return made;
    }

    /// <summary>Adds the rows of this result and of those after it, as they come.</summary>
    private static async Task ReadAsync(NpgsqlDataReader reader, List<StreamVariant> rows, CancellationToken cancellationToken)
    {
        do
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.Add(VariantRow.Read(reader));
            }
        }
        while (await reader.NextResultAsync(cancellationToken));
    }

    /// <summary>The rows in the order of the request, told by their keys; null when one of them is not there.</summary>
    private static List<StreamVariant>? InOrderOf(IReadOnlyList<StreamVariant> variants, List<StreamVariant> rows)
    {
        var byKey = rows.ToDictionary(row => row.StorageKey, StringComparer.Ordinal);
        return variants.All(variant => byKey.ContainsKey(variant.StorageKey)) ? [.. variants.Select(variant => byKey[variant.StorageKey])] : null;
    }
}
