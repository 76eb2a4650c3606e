using Npgsql;
using NpgsqlTypes;

namespace MoviesNow.Upload.Uploads;

/// <summary>
/// A session whose row is locked until the transaction ends. While it is live it owns its key, so nobody else removes objects there, or
/// changes the session, meanwhile.
/// </summary>
internal sealed class LockedSession(NpgsqlConnection connection, UploadSession session, DateTimeOffset now)
{
    public UploadSession Session { get; private set; } = session;

    /// <summary>Another session, in any state that a caller may know of, read by the same connection.</summary>
    public Task<UploadSession?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        UploadRow.OneAsync(connection, UploadRow.FindSql, [new() { Value = id }], cancellationToken);

    /// <summary>The same session from nothing: all that was sent before does not count any more.</summary>
    /// <param name="storageUploadId">The multipart upload that takes the parts from now on; null for a single PUT.</param>
    /// <param name="problem">Why.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<UploadSession> RestartAsync(string? storageUploadId, SessionProblem problem, CancellationToken cancellationToken) => await ChangeAsync(
        "attempt = attempt + 1, storage_upload_id = $3, problem_reason = $4, problem_detail = $5, problem_at = $6",
        [
            UploadRow.Nullable(storageUploadId, NpgsqlDbType.Text),
            new() { Value = problem.Reason }, new() { Value = problem.Detail }, new() { Value = problem.FoundAt },
        ],
        cancellationToken);

    /// <summary>closing → what it becomes; a discarded session's row goes.</summary>
    public async Task<UploadSession> CloseAsync(CancellationToken cancellationToken)
    {
        if (Session.CloseAs is not CloseOutcome.Discarded)
        {
            return await ChangeAsync("state = close_as, close_as = NULL, closed_at = COALESCE(closed_at, $2)", [], cancellationToken);
        }

        await UploadRow.OneAsync(
            connection, $"DELETE FROM upload WHERE id = $1 RETURNING {UploadRow.Columns}", [new() { Value = Session.Id }], cancellationToken);
        return Session;
    }

    private async Task<UploadSession> ChangeAsync(string assignments, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        var changed = await UploadRow.OneAsync(
            connection,
            $"UPDATE upload SET updated_at = $2, {assignments} WHERE id = $1 RETURNING {UploadRow.Columns}",
            [new() { Value = Session.Id }, new() { Value = now }, .. parameters],
            cancellationToken);
        return Session = changed ?? throw new InvalidOperationException("A locked row is gone.");
    }
}
