using MoviesNow.Catalog.Shared;
using MoviesNow.Catalog.V1;
using Npgsql;

namespace MoviesNow.Catalog.Bundles;

/// <summary>How rows of <c>bundle</c> are read.</summary>
internal static class BundleRow
{
    /// <summary>The columns that <see cref="Read"/> expects.</summary>
    public const string Columns = """
        bundle.id, bundle.title_id, bundle.kind, bundle.season_number,
        ARRAY(SELECT episode_id FROM bundle_episode WHERE bundle_id = bundle.id ORDER BY position),
        bundle.label, bundle.storage_key, bundle.manifest_key, bundle.size_bytes, bundle.sha256, bundle.state,
        bundle.requires_token, bundle.expires_at, bundle.created_at, bundle.updated_at, bundle.version,
        bundle.object_etag, bundle.manifest_size, bundle.manifest_etag
        """;

    /// <summary>The number of columns; what a query adds follows.</summary>
    public const int Count = 19;

    /// <param name="row">The row.</param>
    /// <param name="now">A published bundle past its expiry reads as expired.</param>
    public static Bundle Read(NpgsqlDataReader row, DateTimeOffset now)
    {
        var expiresAt = row.GetFieldValue<DateTimeOffset>(12);
        var state = row.Enum<BundleState>(10);
        var bundle = new Bundle
        {
            Id = row.Id(0),
            TitleId = row.Id(1),
            Kind = row.Enum<BundleKind>(2),
            EpisodeIds = { row.GetFieldValue<Guid[]>(4).Select(id => id.ToString("D")) },
            Label = row.GetString(5),
            StorageKey = row.GetString(6),
            ManifestKey = row.IsDBNull(7) ? "" : row.GetString(7),
            SizeBytes = row.GetInt64(8),
            Sha256 = row.GetString(9),
            State = state is BundleState.Published && expiresAt <= now ? BundleState.Expired : state,
            RequiresToken = row.GetBoolean(11),
            ExpireTime = row.Time(12),
            CreateTime = row.Time(13),
            UpdateTime = row.Time(14),
            Etag = Etag.Of(row.GetInt64(15)),
            ObjectEtag = row.IsDBNull(16) ? "" : row.GetString(16),
            ManifestSizeBytes = row.IsDBNull(17) ? 0 : row.GetInt64(17),
            ManifestObjectEtag = row.IsDBNull(18) ? "" : row.GetString(18),
        };
        if (!row.IsDBNull(3))
        {
            bundle.SeasonNumber = row.GetInt32(3);
        }

        return bundle;
    }
}
