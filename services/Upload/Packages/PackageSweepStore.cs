using MoviesNow.Upload.Sweeping;
using Npgsql;

namespace MoviesNow.Upload.Packages;

/// <summary>What the sweeper asks of packages.</summary>
/// <param name="dataSource">The database.</param>
/// <param name="time">The time.</param>
/// <param name="fence">Of a sweep: changes and removals need it to be held.</param>
internal sealed class PackageSweepStore(NpgsqlDataSource dataSource, TimeProvider time, SweepFence? fence = null)
{
    /// <summary>A PUT that began before its URL stopped working may end so much later.</summary>
    public static readonly TimeSpan LateWrites = TimeSpan.FromHours(1);

    /// <summary>Pending packages that are past their deadline: <see cref="PackageCloser.ExpireAsync"/> ends them.</summary>
    public Task<List<PackageSession>> ListPastDeadlineAsync(int limit, CancellationToken cancellationToken) =>
        ListAsync("state = 'pending' AND deadline < $1 ORDER BY deadline", limit, cancellationToken);

    /// <summary>
    /// Packages whose last step nobody finished for <paramref name="idle"/>: <see cref="PackageFinalizer.FinishAsync"/> ends those that are
    /// recording, and <see cref="PackageCloser.CloseAsync"/> those that are closing.
    /// </summary>
    public Task<List<PackageSession>> ListUnfinishedAsync(TimeSpan idle, int limit, CancellationToken cancellationToken) =>
        ListAsync("state IN ('recording', 'closing') AND updated_at < $1 - $3 ORDER BY updated_at", limit, cancellationToken, idle);

    /// <summary>
    /// Closed packages below whose prefix objects may be, and nothing can write any more; superseded ones when their time is over:
    /// <see cref="PackageCloser.ClearAsync"/> ends them.
    /// </summary>
    public Task<List<PackageSession>> ListUnclearedAsync(int limit, CancellationToken cancellationToken) => ListAsync(
        """
        state IN ('superseded', 'aborted', 'expired') AND cleared_at IS NULL
          AND (writable_until IS NULL OR writable_until < $1 - $3) AND (remove_after IS NULL OR remove_after < $1)
        ORDER BY id
        """,
        limit,
        cancellationToken,
        LateWrites);

    /// <summary>Those of these packages whose objects are not removed for good yet.</summary>
    public async Task<List<PackageSession>> ListOwnersAsync(Guid[] ids, CancellationToken cancellationToken)
    {
        await using var command = dataSource.Command($"SELECT {PackageRow.Columns} FROM package_upload WHERE id = ANY ($1) AND cleared_at IS NULL", [ids]);
        return await command.ListAsync(PackageRow.Read, cancellationToken);
    }

    /// <summary>Notes that nothing is left below the prefix, and nothing can write there any more; its files are forgotten.</summary>
    public async Task<bool> MarkClearedAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var command = dataSource.Command(
            $"""
            WITH cleared AS (
                UPDATE package_upload SET cleared_at = $2, updated_at = $2
                WHERE id = $1 AND state IN ('superseded', 'aborted', 'expired') AND cleared_at IS NULL
                  AND (writable_until IS NULL OR writable_until < $2 - $3) AND (remove_after IS NULL OR remove_after < $2)
                  AND {fence?.Condition ?? "true"}
                RETURNING id),
            forgotten AS (DELETE FROM package_file USING cleared WHERE package_id = cleared.id)
            SELECT 1 FROM cleared
            """,
            id, time.GetUtcNow(), LateWrites);
        return await command.ExecuteScalarAsync(cancellationToken) is not null;
    }

    /// <summary>Removes some objects: in a sweep only while its lease is held, which nobody takes over meanwhile.</summary>
    /// <exception cref="SweepLostException">It is not held any more; nothing was removed.</exception>
    public Task RemoveAsync(Func<Task> remove, CancellationToken cancellationToken) =>
        fence is null ? remove() : fence.RunAsync(dataSource, _ => remove(), cancellationToken);

    /// <summary>Rows under a condition; $1 is the time.</summary>
    private async Task<List<PackageSession>> ListAsync(
        string condition, int limit, CancellationToken cancellationToken, params object?[] values)
    {
        await using var command = dataSource.Command(
            $"SELECT {PackageRow.Columns} FROM package_upload WHERE {condition} LIMIT $2", [time.GetUtcNow(), limit, .. values]);
        return await command.ListAsync(PackageRow.Read, cancellationToken);
    }
}
