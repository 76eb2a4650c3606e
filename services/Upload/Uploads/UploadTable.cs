using MoviesNow.Upload.Sweeping;
using Npgsql;

namespace MoviesNow.Upload.Uploads;

/// <summary>Reads, changes and locks rows of the table <c>upload</c>.</summary>
/// <param name="dataSource">The database.</param>
/// <param name="time">The time.</param>
/// <param name="fence">Of a sweep: changes and locks need it to be held. Null for calls.</param>
internal sealed class UploadTable(NpgsqlDataSource dataSource, TimeProvider time, SweepFence? fence)
{
    /// <summary>The row that a query finds.</summary>
    public async Task<UploadSession?> OneAsync(string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await UploadRow.OneAsync(connection, sql, parameters, cancellationToken);
    }

    /// <summary>The rows that a query finds.</summary>
    public async Task<List<UploadSession>> ManyAsync(string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
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

    /// <summary>Changes a row under a condition; $1 is its id, $2 the time, and the parameters follow.</summary>
    public Task<UploadSession?> ChangeAsync(
        Guid id, string assignments, string condition, NpgsqlParameter[] parameters, CancellationToken cancellationToken) => OneAsync(
        $"UPDATE upload SET updated_at = $2, {assignments} WHERE id = $1 AND ({condition}) AND {fence?.Condition ?? "true"} RETURNING {UploadRow.Columns}",
        [new() { Value = id }, new() { Value = time.GetUtcNow() }, .. parameters],
        cancellationToken);

    /// <summary>Does something while a session's row is locked, and commits what it changed.</summary>
    /// <returns>What was done; null when there is no such row.</returns>
    public async Task<T?> LockAsync<T>(Guid id, Func<LockedSession, CancellationToken, Task<T?>> action, CancellationToken cancellationToken)
        where T : class
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var session = await UploadRow.OneAsync(
            connection, $"SELECT {UploadRow.Columns} FROM upload WHERE id = $1 FOR UPDATE", [new() { Value = id }], cancellationToken);
        if (session is null)
        {
            return null;
        }

        if (fence is not null)
        {
            await fence.RequireAsync(connection, cancellationToken);
        }

        var done = await action(new LockedSession(connection, session, time.GetUtcNow()), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return done;
    }
}
