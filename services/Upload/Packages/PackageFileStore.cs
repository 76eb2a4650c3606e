using Npgsql;

namespace MoviesNow.Upload.Packages;

/// <summary>What became of a declaration.</summary>
/// <param name="Package">The package afterwards; null when nothing was declared.</param>
/// <param name="ConflictCount">How many files are declared already with other facts, or in another case.</param>
/// <param name="Conflicts">The first of them.</param>
/// <param name="TooMany">How many files the package would have; 0 when that is not the reason.</param>
internal sealed record DeclareOutcome(PackageSession? Package, long ConflictCount, IReadOnlyList<string> Conflicts, long TooMany);

/// <summary>The files of packages in PostgreSQL, always many at once.</summary>
internal sealed class PackageFileStore(NpgsqlDataSource dataSource, TimeProvider time)
{
    public const int MaxFiles = 20_000;

    private const int MaxConflicts = 20;

    private const string Given = "unnest($2::text[], $3::bigint[], $4::bytea[]) AS given (path, size_bytes, sha256)";

    /// <summary>Declares files of a pending package, all or none. Those that are declared with the same facts stay as they are.</summary>
    public async Task<DeclareOutcome> DeclareAsync(Guid packageId, IReadOnlyList<DeclaredFile> files, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = time.GetUtcNow();

        // The row first: declarations of one package queue, and none slips in after its state changed.
        await using var take = connection.Command(
            "SELECT file_count FROM package_upload WHERE id = $1 AND state = 'pending' AND deadline > $2 FOR UPDATE", packageId, now);
        if (await take.ExecuteScalarAsync(cancellationToken) is not int before)
        {
            return new(null, 0, [], 0);
        }

        await using var insert = connection.Command(
            $"""
            WITH added AS (
                INSERT INTO package_file (package_id, path, size_bytes, sha256) SELECT $1, path, size_bytes, sha256 FROM {Given}
                ON CONFLICT DO NOTHING RETURNING size_bytes)
            SELECT count(*), coalesce(sum(size_bytes), 0)::bigint FROM added
            """,
            Values(packageId, files));
        var (count, bytes) = (await insert.SingleAsync(row => Tuple.Create(row.GetInt64(0), row.GetInt64(1)), cancellationToken))!;
        if (before + count > MaxFiles)
        {
            return new(null, 0, [], before + count);
        }

        // Fewer than were given were there before, or are in the way.
        if (count < files.Count && await ConflictsAsync(connection, packageId, files, cancellationToken) is { Count: > 0 } conflicts)
        {
            return new(null, conflicts.Count, conflicts.Take(MaxConflicts).ToList(), 0);
        }

        await using var update = connection.Command(
            $"""
            UPDATE package_upload SET file_count = file_count + $2, total_bytes = total_bytes + $3, updated_at = $4 WHERE id = $1
            RETURNING {PackageRow.Columns}
            """,
            packageId, (int)count, bytes, now);
        var package = await update.SingleAsync(PackageRow.Read, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new(package, 0, [], 0);
    }

    /// <summary>All files, by path.</summary>
    public Task<List<DeclaredFile>> AllAsync(Guid packageId, CancellationToken cancellationToken) =>
        ListAsync("", "", [packageId], cancellationToken);

    /// <summary>The files of these paths; those that are not declared are left out.</summary>
    public Task<List<DeclaredFile>> FindAsync(Guid packageId, IEnumerable<string> paths, CancellationToken cancellationToken) =>
        ListAsync("AND path = ANY ($2)", "", [packageId, paths.ToArray()], cancellationToken);

    /// <summary>The next files by path.</summary>
    public Task<List<DeclaredFile>> AfterAsync(Guid packageId, string path, int limit, CancellationToken cancellationToken) => ListAsync(
        "AND path > $2", "LIMIT $3", [packageId, path, limit], cancellationToken);

    /// <summary>Remembers what reading objects showed; null ETags forget.</summary>
    public async Task RememberAsync(
        Guid packageId, IReadOnlyCollection<(string Path, string? CheckedETag, string? RejectedETag)> files, CancellationToken cancellationToken)
    {
        await using var command = dataSource.Command(
            """
            UPDATE package_file SET checked_etag = given.checked_etag, rejected_etag = given.rejected_etag
            FROM unnest($2::text[], $3::text[], $4::text[]) AS given (path, checked_etag, rejected_etag)
            WHERE package_id = $1 AND package_file.path = given.path
            """,
            packageId,
            files.Select(file => file.Path).ToArray(),
            files.Select(file => file.CheckedETag).ToArray(),
            files.Select(file => file.RejectedETag).ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<List<string>> ConflictsAsync(
        NpgsqlConnection connection, Guid packageId, IReadOnlyList<DeclaredFile> files, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(
            $"""
            SELECT given.path FROM {Given}
            LEFT JOIN package_file file ON file.package_id = $1 AND file.path = given.path
            WHERE file.path IS NULL OR file.size_bytes <> given.size_bytes OR file.sha256 <> given.sha256
            ORDER BY given.path
            """,
            Values(packageId, files));
        return await command.ListAsync(row => row.GetString(0), cancellationToken);
    }

    private static object?[] Values(Guid packageId, IReadOnlyList<DeclaredFile> files) =>
        [packageId, files.Select(file => file.Path).ToArray(), files.Select(file => file.Size).ToArray(), files.Select(file => file.Sha256).ToArray()];

    private async Task<List<DeclaredFile>> ListAsync(
        string condition, string limit, object?[] values, CancellationToken cancellationToken)
    {
        await using var command = dataSource.Command(
            $"SELECT path, size_bytes, sha256, checked_etag, rejected_etag FROM package_file WHERE package_id = $1 {condition} ORDER BY path {limit}",
            values);
        return await command.ListAsync(
            row => new DeclaredFile(
                row.GetString(0), row.GetInt64(1), row.GetFieldValue<byte[]>(2),
                row.IsDBNull(3) ? null : row.GetString(3), row.IsDBNull(4) ? null : row.GetString(4)),
            cancellationToken);
    }
}
