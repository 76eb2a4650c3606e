using MoviesNow.Upload.Sweeping;
using Npgsql;

namespace MoviesNow.Upload.Packages;

/// <summary>
/// The packages in PostgreSQL. Every change names the states that it starts from, so that of concurrent changes one wins and the others get
/// null. <see cref="PackageFileStore"/> has their files, <see cref="PackageSweepStore"/> what is left to clean up.
/// </summary>
/// <param name="dataSource">The database.</param>
/// <param name="time">The time.</param>
/// <param name="fence">Of a sweep: changes need it to be held. Null for calls.</param>
internal sealed class PackageStore(NpgsqlDataSource dataSource, TimeProvider time, SweepFence? fence = null)
{
    private const string SameTarget = "other.title_id = package_upload.title_id AND other.episode_id IS NOT DISTINCT FROM package_upload.episode_id";

    /// <summary>Adds a pending package, unless its effect did before.</summary>
    /// <returns>The package of the effect, as it is by now.</returns>
    public async Task<PackageSession> CreateAsync(PackageSession draft, CancellationToken cancellationToken) => await OneAsync(
        $"""
        INSERT INTO package_upload (id, owner, title_id, season_id, episode_id, encryption, state, deadline, effect_id, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, 'pending', $7, $8, $9, $9)
        ON CONFLICT (effect_id) DO NOTHING
        RETURNING {PackageRow.Columns}
        """,
        [draft.Id, draft.Owner, draft.TitleId, draft.SeasonId, draft.EpisodeId, (short)draft.Encryption, draft.Deadline, draft.EffectId, draft.CreatedAt],
        cancellationToken) ?? (await FindOfEffectAsync(draft.EffectId!.Value, cancellationToken))!;

    /// <summary>A package; null when there is none.</summary>
    public Task<PackageSession?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        OneAsync($"SELECT {PackageRow.Columns} FROM package_upload WHERE id = $1", [id], cancellationToken);

    /// <summary>The package of an effect, in any state.</summary>
    public Task<PackageSession?> FindOfEffectAsync(Guid effectId, CancellationToken cancellationToken) =>
        OneAsync($"SELECT {PackageRow.Columns} FROM package_upload WHERE effect_id = $1", [effectId], cancellationToken);

    /// <summary>A package when no removal is under way: what is listed afterwards stays.</summary>
    public Task<PackageSession?> FindSettledAsync(Guid id, CancellationToken cancellationToken) =>
        OneAsync($"SELECT {PackageRow.Columns} FROM package_upload WHERE id = $1 FOR SHARE", [id], cancellationToken);

    /// <summary>A page of packages, newest first.</summary>
    /// <param name="phases">Those of these.</param>
    /// <param name="titleId">Those of this title; null for all.</param>
    /// <param name="before">Those created before this one; null for the first page.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<List<PackageSession>> ListAsync(
        IEnumerable<PackagePhase> phases, Guid? titleId, Guid? before, int limit, CancellationToken cancellationToken)
    {
        await using var command = dataSource.Command(
            $"""
            SELECT {PackageRow.Columns} FROM package_upload
            WHERE state = ANY ($1) AND ($2::uuid IS NULL OR title_id = $2) AND ($3::uuid IS NULL OR id < $3)
            ORDER BY id DESC
            LIMIT $4
            """,
            Names(phases), titleId, before, limit);
        return await command.ListAsync(PackageRow.Read, cancellationToken);
    }

    /// <summary>Notes until when URLs that are about to be given out can write; null when none may be given out any more.</summary>
    public Task<PackageSession?> OpenForWritingAsync(Guid id, DateTimeOffset until, CancellationToken cancellationToken) => ChangeAsync(
        id, "writable_until = GREATEST(writable_until, $3)", "state = 'pending' AND deadline > $2", [until], cancellationToken);

    /// <summary>
    /// Removes objects of a pending package. The row is locked meanwhile, and a check that began before finds that it no longer counts.
    /// </summary>
    /// <param name="listed">The package as it was before its objects were listed.</param>
    /// <param name="remove">Removes them.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>False when the package is not pending any more, or objects were removed since; nothing is removed then.</returns>
    public async Task<bool> RemoveAsync(PackageSession listed, Func<CancellationToken, Task> remove, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var command = connection.Command(
            "UPDATE package_upload SET removals = removals + 1, updated_at = $2 WHERE id = $1 AND state = 'pending' AND removals = $3",
            listed.Id, time.GetUtcNow(), listed.Removals);
        if (await command.ExecuteNonQueryAsync(cancellationToken) == 0)
        {
            return false;
        }

        await remove(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>pending → recording, if it is as it was when the check began.</summary>
    /// <param name="verified">The package as it was then.</param>
    /// <param name="publication">What the catalogue is to be told.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<PackageSession?> BeginRecordingAsync(PackageSession verified, byte[] publication, CancellationToken cancellationToken)
    {
        try
        {
            // The clock orders packages also when the table was lost, and the maximum also when the clock was set back.
            return await ChangeAsync(
                verified.Id,
                $"""
                state = 'recording', publication = $3, revision = GREATEST(
                    (extract(epoch FROM clock_timestamp()) * 1000000)::bigint,
                    (SELECT coalesce(max(other.revision), 0) + 1 FROM package_upload other WHERE {SameTarget}))
                """,
                "state = 'pending' AND removals = $4 AND file_count = $5",
                [publication, verified.Removals, verified.FileCount],
                cancellationToken);
        }
        catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "package_upload_revision_key" })
        {
            // Another package got the number in the same moment: the next try gets the next one.
            return null;
        }
    }

    /// <summary>recording → pending, for the catalogue refused.</summary>
    public Task<PackageSession?> GiveUpRecordingAsync(Guid id, CancellationToken cancellationToken) =>
        ChangeAsync(id, "state = 'pending', publication = NULL, revision = NULL", "state = 'recording'", [], cancellationToken);

    /// <summary>recording → completed; packages of the same film or episode that were checked before it become superseded.</summary>
    public async Task<PackageSession?> CompleteAsync(Guid id, Guid assetId, DateTimeOffset removeAfter, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (fence is not null)
        {
            await fence.RequireAsync(connection, cancellationToken);
        }

        await using var supersede = connection.Command(
            $"""
            WITH this AS MATERIALIZED (
                SELECT title_id, episode_id, revision FROM package_upload WHERE id = $1 AND state = 'recording' FOR UPDATE)
            UPDATE package_upload other SET state = 'superseded', superseded_by = $1, remove_after = $3, publication = NULL, updated_at = $2
            FROM this
            WHERE other.title_id = this.title_id AND other.episode_id IS NOT DISTINCT FROM this.episode_id
              AND other.revision < this.revision AND other.state IN ('recording', 'completed')
            """,
            id, time.GetUtcNow(), removeAfter);
        await supersede.ExecuteNonQueryAsync(cancellationToken);
        await using var complete = Change(
            connection, id, "state = 'completed', asset_id = $3, publication = NULL", "state = 'recording'", [assetId]);
        var completed = await complete.SingleAsync(PackageRow.Read, cancellationToken);
        if (completed is not null)
        {
            await transaction.CommitAsync(cancellationToken);
        }

        return completed;
    }

    /// <summary>recording → superseded, for the catalogue has published a later package.</summary>
    public Task<PackageSession?> SupersedeAsync(Guid id, DateTimeOffset removeAfter, CancellationToken cancellationToken) => ChangeAsync(
        id,
        $"""
        state = 'superseded', publication = NULL, remove_after = $3, superseded_by = (
            SELECT other.id FROM package_upload other WHERE {SameTarget} AND other.revision > package_upload.revision ORDER BY other.revision LIMIT 1)
        """,
        "state = 'recording'",
        [removeAfter],
        cancellationToken);

    /// <summary>pending → closing.</summary>
    public Task<PackageSession?> BeginClosingAsync(Guid id, PackagePhase outcome, CancellationToken cancellationToken) => ChangeAsync(
        id, "state = 'closing', close_as = $3", "state = 'pending'", [PackageRow.Text(outcome)], cancellationToken);

    /// <summary>closing → what it becomes; its objects are removed, but URLs may still write.</summary>
    public Task<PackageSession?> CloseAsync(Guid id, CancellationToken cancellationToken) =>
        ChangeAsync(id, "state = close_as, close_as = NULL", "state = 'closing'", [], cancellationToken);

    private static string[] Names(IEnumerable<PackagePhase> phases) => [.. phases.Select(PackageRow.Text)];

    /// <summary>Changes a row under a condition; $1 is its id, $2 the time.</summary>
    private async Task<PackageSession?> ChangeAsync(
        Guid id, string assignments, string condition, object?[] values, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var command = Change(connection, id, assignments, condition, values);
        return await command.SingleAsync(PackageRow.Read, cancellationToken);
    }

    private NpgsqlCommand Change(NpgsqlConnection connection, Guid id, string assignments, string condition, object?[] values) => connection.Command(
        $"UPDATE package_upload SET updated_at = $2, {assignments} WHERE id = $1 AND {condition} AND {fence?.Condition ?? "true"} RETURNING {PackageRow.Columns}",
        [id, time.GetUtcNow(), .. values]);

    private async Task<PackageSession?> OneAsync(string sql, object?[] values, CancellationToken cancellationToken)
    {
        await using var command = dataSource.Command(sql, values);
        return await command.SingleAsync(PackageRow.Read, cancellationToken);
    }
}
