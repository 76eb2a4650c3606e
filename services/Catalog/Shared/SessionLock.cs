using System.Data;
using Npgsql;

namespace MoviesNow.Catalog.Shared;

/// <summary>
/// A lock that one caller among all replicas holds, and the database session that it belongs to. It ends with the session, so a process that
/// dies holds nothing up.
/// </summary>
internal sealed class SessionLock : IAsyncDisposable
{
    private SessionLock(NpgsqlConnection connection) => Connection = connection;

    /// <summary>The session: what it writes is written under the lock.</summary>
    public NpgsqlConnection Connection { get; }

    /// <summary>Takes the lock of a name; null when somebody else holds it.</summary>
    /// <param name="database">The one of <see cref="ServiceDefaults.Postgres.PostgresOptions.Direct"/>: behind a pooler a session is nobody's.</param>
    /// <param name="name">What is locked.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    public static async Task<SessionLock?> TryTakeAsync(NpgsqlDataSource database, string name, CancellationToken cancellationToken)
    {
        var asked = new SessionLock(await database.OpenConnectionAsync(cancellationToken));
        try
        {
            await using var command = asked.Connection.Command("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", name);
            if ((bool)(await command.ExecuteScalarAsync(cancellationToken))!)
            {
                return asked;
            }
        }
        catch
        {
            await asked.DisposeAsync();
            throw;
        }

        await asked.DisposeAsync();
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            // A connection that goes back to the pool keeps its locks until somebody takes it.
            if (Connection.FullState is ConnectionState.Open)
            {
                await using var command = new NpgsqlCommand("SELECT pg_advisory_unlock_all()", Connection);
                await command.ExecuteNonQueryAsync(CancellationToken.None);
            }
        }
        catch (NpgsqlException)
        {
            // The session is gone, and with it the lock.
        }
        finally
        {
            await Connection.DisposeAsync();
        }
    }
}
