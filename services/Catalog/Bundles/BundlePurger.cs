using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.V1;
using MoviesNow.Common.V1;
using Npgsql;

namespace MoviesNow.Catalog.Bundles;

/// <summary>
/// The end of bundles in PostgreSQL. Expiring comes before the objects are deleted: nobody can prolong the bundle afterwards. Purging comes
/// after, and the row stays to tell what there was.
/// </summary>
internal sealed class BundlePurger(NpgsqlDataSource database, BundleStore bundles, TimeProvider time)
{
    /// <summary>verified or published, and past its expiry → expired. Later states stay, for a call whose answer was lost is repeated.</summary>
    public async Task<Outcome<Bundle>> ExpireAsync(Guid id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var command = database.Command($"""
            UPDATE bundle SET state = 'Expired', updated_at = $2, version = version + 1
            WHERE id = $1 AND state IN ('Verified', 'Published') AND expires_at <= $2
            RETURNING {BundleRow.Columns}
            """, id, now);
        if (await SingleAsync(command, now, cancellationToken) is { } expired)
        {
            return expired;
        }

        // A published one may read as expired by now, and its expiry can still change.
        await using var ended = database.Command($"SELECT {BundleRow.Columns} FROM bundle WHERE id = $1 AND state IN ('Expired', 'Purged')", id);
        return await SingleAsync(ended, now, cancellationToken) is { } bundle ? bundle
            : await bundles.FindAsync(id, cancellationToken) is { } early ? Outcome.InvalidState<Bundle>(early.State)
            : ErrorReason.BundleNotFound;
    }

    /// <summary>expired → purged.</summary>
    public async Task<Outcome<Bundle>> PurgeAsync(Guid id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var command = database.Command($"""
            UPDATE bundle SET state = 'Purged', updated_at = $2, version = version + 1
            WHERE id = $1 AND state = 'Expired'
            RETURNING {BundleRow.Columns}
            """, id, now);
        return await SingleAsync(command, now, cancellationToken) ?? await bundles.FindAsync(id, cancellationToken) switch
        {
            null => ErrorReason.BundleNotFound,
            { State: BundleState.Purged } bundle => bundle,
            var bundle => Outcome.InvalidState<Bundle>(bundle.State),
        };
    }

    private static Task<Bundle?> SingleAsync(NpgsqlCommand command, DateTimeOffset now, CancellationToken cancellationToken) =>
        command.SingleAsync(row => BundleRow.Read(row, now), cancellationToken);
}
