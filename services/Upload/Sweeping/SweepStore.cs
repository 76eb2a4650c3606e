using MoviesNow.Storage;
using MoviesNow.Upload.Uploads;
using MoviesNow.Upload.V1;
using Npgsql;
using NpgsqlTypes;

namespace MoviesNow.Upload.Sweeping;

/// <summary>What the sweeper asks of the uploads. Pages are in order of ids.</summary>
internal sealed class SweepStore(NpgsqlDataSource dataSource)
{
    /// <summary>Sessions a page.</summary>
    public const int Batch = 100;

    /// <summary>Sessions whose time is over: pending past their deadline, opening past the lease of their creator.</summary>
    public IAsyncEnumerable<UploadSession> PastDeadlineAsync(DateTimeOffset now, string after) => PagesAsync(
        "(state = 'pending' AND deadline < $3) OR (state = 'opening' AND lease_until < $3)", now, after);

    /// <summary>Sessions whose last step nobody has finished since a time: closing, or told to the catalogue.</summary>
    public IAsyncEnumerable<UploadSession> UnfinishedAsync(DateTimeOffset idleSince, string after) =>
        PagesAsync("state IN ('closing', 'recording') AND updated_at < $3", idleSince, after);

    /// <summary>Multipart sessions that may have been joined without anybody knowing, since they are pending from before a time.</summary>
    public IAsyncEnumerable<UploadSession> MaybeJoinedAsync(DateTimeOffset idleSince, string after) => PagesAsync(
        $"state = 'pending' AND method = {(int)UploadMethod.Multipart} AND updated_at < $3 AND problem_reason IS DISTINCT FROM 'ZIP_UNREADABLE'",
        idleSince,
        after);

    /// <summary>Closed sessions whose key was not looked at since their URLs stopped working.</summary>
    public IAsyncEnumerable<UploadSession> UnclearedAsync(string after) =>
        PagesAsync("state IN ('aborted', 'expired') AND cleared_at IS NULL AND $3::timestamptz IS NOT NULL", DateTimeOffset.UnixEpoch, after);

    /// <summary>Notes that nothing of a closed session is left, and nothing can come any more.</summary>
    public async Task MarkClearedAsync(SweepFence fence, Guid id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            $"UPDATE upload SET cleared_at = $2 WHERE id = $1 AND state IN ('aborted', 'expired') AND {fence.Condition}");
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = now });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The live sessions of keys.</summary>
    public Task<List<UploadSession>> LiveAsync(IEnumerable<StorageKey> keys, CancellationToken cancellationToken) => ListAsync(
        $"SELECT {UploadRow.Columns} FROM upload WHERE storage_key = ANY ($1) AND state IN ('opening', 'pending', 'recording', 'closing')",
        [new() { Value = keys.Select(key => key.Value).ToArray() }],
        cancellationToken);

    /// <summary>The newest session of each key, in any state that a caller may know of.</summary>
    public Task<List<UploadSession>> NewestAsync(IEnumerable<string> keys, CancellationToken cancellationToken) => ListAsync(
        $"""
        SELECT DISTINCT ON (storage_key) {UploadRow.Columns} FROM upload
        WHERE storage_key = ANY ($1) AND state <> 'opening' ORDER BY storage_key, id DESC
        """,
        [new() { Value = keys.ToArray() }],
        cancellationToken);

    /// <summary>The newest session of each key between two that was completed, unless a live one owns the key.</summary>
    /// <param name="after">Behind this key, byte by byte.</param>
    /// <param name="through">Up to this key; null for the last.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<List<UploadSession>> CompletedAsync(string after, string? through, int limit, CancellationToken cancellationToken) => ListAsync(
        $"""
        SELECT DISTINCT ON (storage_key COLLATE "C") {UploadRow.Columns} FROM upload
        WHERE (state = 'completed' OR problem_reason = 'OBJECT_MISSING') AND storage_key COLLATE "C" > $1 AND ($2::text IS NULL OR storage_key COLLATE "C" <= $2)
          AND NOT EXISTS (
            SELECT FROM upload live
            WHERE live.storage_key = upload.storage_key AND live.state IN ('opening', 'pending', 'recording', 'closing'))
        ORDER BY storage_key COLLATE "C", id DESC
        LIMIT $3
        """,
        [new() { Value = after }, new() { Value = (object?)through ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text }, new() { Value = limit }],
        cancellationToken);

    private async IAsyncEnumerable<UploadSession> PagesAsync(string condition, DateTimeOffset time, string after)
    {
        var last = Guid.TryParse(after, out var id) ? id : Guid.Empty;
        List<UploadSession> page;
        do
        {
            page = await ListAsync(
                $"SELECT {UploadRow.Columns} FROM upload WHERE id > $1 AND ({condition}) ORDER BY id LIMIT $2",
                [new() { Value = last }, new() { Value = Batch }, new() { Value = time }],
                CancellationToken.None);
            foreach (var session in page)
            {
                yield return session;
                last = session.Id;
            }
        }
        while (page.Count == Batch);
    }

    private async Task<List<UploadSession>> ListAsync(string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(sql);
        command.Parameters.AddRange(parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var sessions = new List<UploadSession>();
        while (await reader.ReadAsync(cancellationToken))
        {
            sessions.Add(UploadRow.Read(reader));
        }

        return sessions;
    }
}
