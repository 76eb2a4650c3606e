using Microsoft.Extensions.Options;
using MoviesNow.Common.V1;
using MoviesNow.ServiceDefaults.Errors;
using MoviesNow.Storage;
using MoviesNow.Upload.Sweeping;
using MoviesNow.Upload.V1;
using Npgsql;
using NpgsqlTypes;

namespace MoviesNow.Upload.Uploads;

/// <summary>
/// The sessions in PostgreSQL. Every change names the states that it starts from, so that of concurrent changes one wins and the
/// others get null.
/// </summary>
/// <param name="dataSource">The database.</param>
/// <param name="options">Settings.</param>
/// <param name="time">The time.</param>
/// <param name="fence">Of a sweep: changes and locks need it to be held. Null for calls.</param>
internal sealed class UploadStore(NpgsqlDataSource dataSource, IOptions<UploadOptions> options, TimeProvider time, SweepFence? fence = null)
{
    private const string LiveKeyIndex = "upload_live_key";
    private const string EffectKey = "upload_effect_key";

    // The clocks of replicas and of storage differ a little.
    private static readonly TimeSpan ClockMargin = TimeSpan.FromMinutes(5);

    private readonly UploadTable _table = new(dataSource, time, fence);

    /// <summary>Adds a session.</summary>
    /// <returns>False when a live session owns its key, or its effect has a session.</returns>
    public async Task<bool> TryInsertAsync(UploadSession session, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"""
            INSERT INTO upload ({UploadRow.Columns})
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27,
                $28, $29, $30, $31, $32, $33, $34)
            """);
        command.Parameters.AddRange(UploadRow.Parameters(session));
        try
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
            return true;
        }
        catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: LiveKeyIndex or EffectKey })
        {
            return false;
        }
    }

    /// <summary>A session; null when there is none, or none yet that a caller may know of.</summary>
    public Task<UploadSession?> FindAsync(Guid id, CancellationToken cancellationToken) => _table.OneAsync(
        UploadRow.FindSql, [new() { Value = id }], cancellationToken);

    /// <summary>The session that owns a key.</summary>
    public Task<UploadSession?> FindLiveAsync(StorageKey key, CancellationToken cancellationToken) => _table.OneAsync(
        $"""
        SELECT {UploadRow.Columns} FROM upload
        WHERE storage_key = $1 AND state IN ('opening', 'pending', 'recording', 'closing')
        """,
        [new() { Value = key.Value }],
        cancellationToken);

    /// <summary>The session of an effect, in any state.</summary>
    public Task<UploadSession?> FindOfEffectAsync(Guid effectId, CancellationToken cancellationToken) => _table.OneAsync(
        $"SELECT {UploadRow.Columns} FROM upload WHERE effect_id = $1", [new() { Value = effectId }], cancellationToken);

    /// <summary>The newest session of a bundle's ZIP, in any state.</summary>
    public Task<UploadSession?> FindOfBundleAsync(Guid bundleId, CancellationToken cancellationToken) => _table.OneAsync(
        $"SELECT {UploadRow.Columns} FROM upload WHERE bundle_id = $1 AND purpose = $2 ORDER BY id DESC LIMIT 1",
        [new() { Value = bundleId }, new() { Value = (short)UploadPurpose.Bundle }],
        cancellationToken);

    /// <summary>A page of sessions, newest first.</summary>
    /// <param name="states">Those of these states.</param>
    /// <param name="titleId">Those of this title; null for all.</param>
    /// <param name="before">Those created before this one; null for the first page.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<List<UploadSession>> ListAsync(
        IEnumerable<SessionState> states, Guid? titleId, Guid? before, int limit, CancellationToken cancellationToken) => _table.ManyAsync(
        $"""
        SELECT {UploadRow.Columns} FROM upload
        WHERE state = ANY ($1) AND ($2::uuid IS NULL OR title_id = $2) AND ($3::uuid IS NULL OR id < $3)
        ORDER BY id DESC
        LIMIT $4
        """,
        [
            new() { Value = Names(states) },
            UploadRow.Nullable(titleId, NpgsqlDbType.Uuid),
            UploadRow.Nullable(before, NpgsqlDbType.Uuid),
            new() { Value = limit },
        ],
        cancellationToken);

    /// <summary>Keeps an opening session for its creator.</summary>
    public Task<UploadSession?> RenewLeaseAsync(Guid id, DateTimeOffset until, CancellationToken cancellationToken) =>
        _table.ChangeAsync(id, "lease_until = $3", "state = 'opening'", [new() { Value = until }], cancellationToken);

    /// <summary>opening → pending.</summary>
    public Task<UploadSession?> OpenAsync(Guid id, string? storageUploadId, CancellationToken cancellationToken) => _table.ChangeAsync(
        id,
        "state = 'pending', storage_upload_id = $3",
        "state = 'opening'",
        [UploadRow.Nullable(storageUploadId, NpgsqlDbType.Text)],
        cancellationToken);

    /// <summary>pending → recording, with the entity tag of the object that was checked.</summary>
    public Task<UploadSession?> BeginRecordingAsync(Guid id, string storageETag, CancellationToken cancellationToken) => _table.ChangeAsync(
        id, "state = 'recording', storage_etag = $3", "state = 'pending'", [new() { Value = storageETag }], cancellationToken);

    /// <summary>Remembers what is wrong with a pending session's object, which stays where it is.</summary>
    public Task<UploadSession?> NoteProblemAsync(Guid id, ErrorReason reason, string detail, CancellationToken cancellationToken) => _table.ChangeAsync(
        id,
        "problem_reason = $3, problem_detail = $4, problem_at = $2",
        "state = 'pending'",
        [new() { Value = ErrorReasons.NameOf(reason) }, new() { Value = detail }],
        cancellationToken);

    /// <summary>recording → pending, for the catalogue refused.</summary>
    public Task<UploadSession?> GiveUpRecordingAsync(Guid id, CancellationToken cancellationToken) =>
        _table.ChangeAsync(id, "state = 'pending', storage_etag = NULL", "state = 'recording'", [], cancellationToken);

    /// <summary>recording → completed.</summary>
    public Task<UploadSession?> CompleteAsync(Guid id, Guid? assetId, CancellationToken cancellationToken) => _table.ChangeAsync(
        id,
        "state = 'completed', asset_id = $3, problem_reason = NULL, problem_detail = NULL, problem_at = NULL",
        "state = 'recording'",
        [UploadRow.Nullable(assetId, NpgsqlDbType.Uuid)],
        cancellationToken);

    /// <summary>One of these states → closing. Null also when another session has taken the key since this one completed.</summary>
    public async Task<UploadSession?> BeginClosingAsync(
        Guid id, IEnumerable<SessionState> from, CloseOutcome outcome, CancellationToken cancellationToken, SessionProblem? problem = null)
    {
        try
        {
            return await _table.ChangeAsync(
                id,
                """
                state = 'closing', close_as = $3, urls_expire_at = COALESCE(urls_expire_at, LEAST(deadline, $5) + $6),
                problem_reason = COALESCE($7, problem_reason), problem_detail = COALESCE($8, problem_detail), problem_at = COALESCE($9, problem_at)
                """,
                "state = ANY ($4)",
                [
                    new() { Value = UploadRow.Text(outcome) }, new() { Value = Names(from) }, new() { Value = time.GetUtcNow() + options.Value.UrlLifetime },
                    new() { Value = ClockMargin }, UploadRow.Nullable(problem?.Reason, NpgsqlDbType.Text),
                    UploadRow.Nullable(problem?.Detail, NpgsqlDbType.Text), UploadRow.Nullable(problem?.FoundAt, NpgsqlDbType.TimestampTz),
                ],
                cancellationToken);
        }
        catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: LiveKeyIndex })
        {
            return null;
        }
    }

    /// <summary>closing → completed, of a session that had been completed before.</summary>
    public Task<UploadSession?> CancelClosingAsync(Guid id, CancellationToken cancellationToken) => _table.ChangeAsync(
        id,
        "state = 'completed', close_as = NULL, urls_expire_at = NULL, problem_reason = NULL, problem_detail = NULL, problem_at = NULL",
        "state = 'closing' AND close_as = 'aborted' AND storage_etag IS NOT NULL AND closed_at IS NULL",
        [],
        cancellationToken);

    /// <summary>
    /// aborted or expired → closing again, to remove what its URLs wrote since. Null also when a live session owns the key, which
    /// clears it by itself.
    /// </summary>
    public async Task<UploadSession?> ReopenAsync(Guid id, CancellationToken cancellationToken)
    {
        try
        {
            return await _table.ChangeAsync(id, "close_as = state, state = 'closing'", "state IN ('aborted', 'expired')", [], cancellationToken);
        }
        catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: LiveKeyIndex })
        {
            return null;
        }
    }

    /// <summary>Closed sessions whose URLs work at a time or later, by the end of their URLs.</summary>
    /// <param name="since">The time.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="after">Those behind this one; null for the first page.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<List<UploadSession>> ListLateWritersAsync(
        DateTimeOffset since, int limit, UploadSession? after, CancellationToken cancellationToken) => _table.ManyAsync(
        $"""
        SELECT {UploadRow.Columns} FROM upload
        WHERE state IN ('aborted', 'expired') AND urls_expire_at >= $1 AND ($2::uuid IS NULL OR (urls_expire_at, id) > ($3, $2))
        ORDER BY urls_expire_at, id
        LIMIT $4
        """,
        [
            new() { Value = since },
            UploadRow.Nullable(after?.Id, NpgsqlDbType.Uuid),
            UploadRow.Nullable(after?.UrlsExpireAt, NpgsqlDbType.TimestampTz),
            new() { Value = limit },
        ],
        cancellationToken);

    /// <summary>An opening session whose creator had its time → closing.</summary>
    public Task<UploadSession?> DiscardAbandonedAsync(Guid id, CancellationToken cancellationToken) =>
        _table.ChangeAsync(id, "state = 'closing', close_as = 'discarded'", "state = 'opening' AND lease_until < $2", [], cancellationToken);

    /// <summary>
    /// closing → what it becomes, after cleaning up. The row is locked meanwhile: only then can no late cleaner hit the object of
    /// the key's next owner.
    /// </summary>
    /// <returns>The closed session; as it was before, when it was closed already; null when it is gone.</returns>
    public Task<UploadSession?> CloseAsync(
        Guid id, Func<LockedSession, CancellationToken, Task> cleanUp, CancellationToken cancellationToken) => _table.LockAsync(
        id,
        async (row, token) =>
        {
            if (row.Session is not { State: SessionState.Closing, CloseAs: not null })
            {
                return row.Session;
            }

            await cleanUp(row, token);
            return await row.CloseAsync(token);
        },
        cancellationToken);

    /// <summary>Does something while a session's row is locked, and commits what it changed.</summary>
    /// <returns>What was done; null when there is no such row.</returns>
    public Task<T?> LockAsync<T>(Guid id, Func<LockedSession, CancellationToken, Task<T?>> action, CancellationToken cancellationToken)
        where T : class => _table.LockAsync(id, action, cancellationToken);

    private static string[] Names(IEnumerable<SessionState> states) => [.. states.Select(UploadRow.Text)];
}
