using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.Titles;
using MoviesNow.Catalog.V1;
using MoviesNow.Storage;
using Npgsql;

namespace MoviesNow.Catalog.Bundles;

/// <summary>Which bundles a list has.</summary>
/// <param name="TitleId">Only those of this title; null for all.</param>
/// <param name="State">Only those of this state, as it reads now; unspecified for all.</param>
/// <param name="DownloadableOnly">Only those that the public may download now.</param>
internal sealed record BundleFilter(Guid? TitleId, BundleState State, bool DownloadableOnly);

/// <summary>Finds bundles: in pages for people, and with their titles for deliveries.</summary>
internal sealed class BundleFinder(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>Newest first.</summary>
    public async Task<List<Bundle>> ListAsync(
        BundleFilter filter, (DateTimeOffset Created, Guid Id)? before, int limit, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var command = database.Command($"""
            SELECT {BundleRow.Columns} FROM bundle JOIN title ON title.id = bundle.title_id
            WHERE ($1::timestamptz IS NULL OR (bundle.created_at, bundle.id) < ($1, $2::uuid))
              AND ($3::uuid IS NULL OR bundle.title_id = $3)
              AND ($4::text IS NULL
                   OR $4 = CASE WHEN bundle.state = 'Published' AND bundle.expires_at <= $5 THEN 'Expired' ELSE bundle.state END)
              AND (NOT $6 OR (bundle.state = 'Published' AND bundle.expires_at > $5 AND title.state = 'Published'))
            ORDER BY bundle.created_at DESC, bundle.id DESC
            LIMIT $7
            """,
            before?.Created, before?.Id, filter.TitleId, filter.State is BundleState.Unspecified ? null : filter.State.ToString(), now,
            filter.DownloadableOnly, limit);
        return await command.ListAsync(row => BundleRow.Read(row, now), cancellationToken);
    }

    /// <summary>Bundles past their expiry whose objects were not purged yet, by expiry.</summary>
    public async Task<List<Bundle>> ListPurgeableAsync(
        DateTimeOffset? expiredBefore, (DateTimeOffset Expires, Guid Id)? after, int limit, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var command = database.Command($"""
            SELECT {BundleRow.Columns} FROM bundle
            WHERE state IN ('Verified', 'Published', 'Expired') AND expires_at <= $1
              AND ($2::timestamptz IS NULL OR (expires_at, id) > ($2, $3::uuid))
            ORDER BY expires_at, id
            LIMIT $4
            """,
            expiredBefore < now ? expiredBefore : now, after?.Expires, after?.Id, limit);
        return await command.ListAsync(row => BundleRow.Read(row, now), cancellationToken);
    }

    /// <summary>The bundle that is meant, and its title; null when there is none. Of several that had its key one after the other it is the last.</summary>
    public async Task<ResolveBundleResponse?> ResolveAsync(BundleReference reference, CancellationToken cancellationToken) =>
        (await ResolveAsync([reference], cancellationToken))[0];

    /// <summary>The bundles that are meant, in their order, each as one alone.</summary>
    public async Task<ResolveBundleResponse?[]> ResolveAsync(IReadOnlyList<BundleReference> references, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var command = database.Command($"""
            SELECT found.*, asked.place::integer
            FROM unnest($1::uuid[], $2::text[]) WITH ORDINALITY AS asked (id, key, place)
            CROSS JOIN LATERAL (
                SELECT {BundleRow.Columns}, title.state, title.name,
                       title.available_from, title.available_until, title.country_rule, title.countries
                FROM bundle JOIN title ON title.id = bundle.title_id
                WHERE bundle.id = asked.id OR bundle.storage_key = asked.key OR bundle.manifest_key = asked.key
                ORDER BY bundle.state IN ('Pending', 'Verified', 'Published') DESC, bundle.created_at DESC
                LIMIT 1) AS found
            """, references.Select(reference => reference.Id).ToArray(), references.Select(reference => reference.Key?.Value).ToArray());
        var resolved = new ResolveBundleResponse?[references.Count];
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            resolved[reader.GetInt32(reader.FieldCount - 1) - 1] = ReadWithTitle(reader, now);
        }

        return resolved;
    }

    private static ResolveBundleResponse ReadWithTitle(NpgsqlDataReader row, DateTimeOffset now) => new()
    {
        Bundle = BundleRow.Read(row, now),
        TitleState = row.Enum<TitleState>(BundleRow.Count),
        TitleName = row.GetString(BundleRow.Count + 1),
        Availability = TitleRow.ReadAvailability(row, BundleRow.Count + 2),
    };
}

/// <summary>How a bundle is named: by its id, or by the key of its ZIP or manifest.</summary>
internal sealed record BundleReference(Guid? Id, StorageKey? Key);
