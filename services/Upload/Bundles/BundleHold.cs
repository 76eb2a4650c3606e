using MoviesNow.Upload.Uploads;
using Npgsql;

namespace MoviesNow.Upload.Bundles;

/// <summary>
/// Holds a bundle that is uploaded: its session's row is locked meanwhile, so that of two changes to its objects one waits for the other,
/// and no deletion begins before the end. A process that dies lets go by itself.
/// </summary>
internal sealed class BundleHold(NpgsqlDataSource database)
{
    private static readonly string[] Uploaded = [UploadRow.Text(SessionState.Recording), UploadRow.Text(SessionState.Completed)];

    /// <summary>Does something while the bundle stays as it is.</summary>
    /// <returns>Null when the bundle is not uploaded, or its deletion has begun.</returns>
    public async Task<T?> WhileUploadedAsync<T>(Guid bundleId, Func<Task<T>> work, CancellationToken cancellationToken) where T : class
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var command = new NpgsqlCommand("SELECT 1 FROM upload WHERE bundle_id = $1 AND state = ANY ($2) FOR UPDATE", connection, transaction);
        command.Parameters.Add(new() { Value = bundleId });
        command.Parameters.Add(new() { Value = Uploaded });
        return await command.ExecuteScalarAsync(cancellationToken) is null ? null : await work();
    }
}
