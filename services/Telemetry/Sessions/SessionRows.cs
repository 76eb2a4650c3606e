using Npgsql;

namespace MoviesNow.Telemetry.Sessions;

/// <summary>The rows of sessions, locked by whoever is about to change them.</summary>
internal static class SessionRows
{
    public const string Columns = $"id, title_id, variant_id, country, device, app_version, {ProgressColumns.Names}";

    private const int DimensionColumns = 6;

    /// <summary>Locks sessions in the order of their ids; those that do not exist are left out. The transaction's commit will be durable.</summary>
    public static async Task<Dictionary<Guid, StoredSession>> LockAsync(NpgsqlConnection connection, Guid[] ids)
    {
        await using var batch = new NpgsqlBatch(connection)
            .Add($"SELECT {Columns} FROM playback_session WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE", (object)ids)
            .Add(Sql.CommitDurably);
        await using var reader = await batch.ExecuteReaderAsync(CancellationToken.None);
        return (await ReadAsync(reader)).ToDictionary(session => session.Id);
    }

    /// <summary>Reads the rows of <see cref="Columns"/>.</summary>
    public static async Task<List<StoredSession>> ReadAsync(NpgsqlDataReader reader)
    {
        var sessions = new List<StoredSession>();
        while (await reader.ReadAsync(CancellationToken.None))
        {
            var dimensions = new SessionDimensions(
                reader.GetGuid(1), reader.GetFieldValue<Guid?>(2) ?? Guid.Empty, reader.GetString(3), reader.GetString(4), reader.GetString(5));
            sessions.Add(new StoredSession(reader.GetGuid(0), dimensions, ProgressColumns.Read(reader, DimensionColumns)));
        }

        return sessions;
    }
}
