using System.Data;
using Microsoft.Extensions.Logging;
using MoviesNow.ServiceDefaults.Errors;
using Npgsql;

namespace MoviesNow.ServiceDefaults.Migrations;

/// <summary>
/// Applies the scripts that a database does not have yet, each in a transaction of its own together with its record, under an
/// advisory lock so that several runners at once apply each script once.
/// </summary>
public sealed class MigrationRunner(NpgsqlDataSource dataSource, ILogger<MigrationRunner> logger)
{
    // "MNmigrat" in ASCII: no other use of advisory locks may take this number.
    private const long LockKey = 0x4D4E_6D69_6772_6174;

    // A database that is just starting refuses connections for a while.
    private const int ConnectAttempts = 15;
    private static readonly TimeSpan ConnectPause = TimeSpan.FromSeconds(1);

    // Whoever waits for a table holds up everybody who comes after: better let them pass, and try again.
    private const int LockAttempts = 60;
    private const string LockWait = "3s";

    /// <summary>Applies what is missing.</summary>
    /// <returns>The number of scripts applied.</returns>
    /// <exception cref="InvalidOperationException">A script that was applied has changed, or the database is newer than the scripts.</exception>
    public async Task<int> RunAsync(IReadOnlyList<MigrationScript> scripts, CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync(cancellationToken);
        await ExecuteAsync(connection, $"SELECT pg_advisory_lock({LockKey})", cancellationToken);
        try
        {
            await ExecuteAsync(connection, """
                CREATE TABLE IF NOT EXISTS schema_migration (
                    number     integer PRIMARY KEY,
                    name       text NOT NULL,
                    checksum   text NOT NULL,
                    applied_at timestamptz NOT NULL DEFAULT now()
                )
                """, cancellationToken);
            var applied = await ReadAppliedAsync(connection, cancellationToken);
            Verify(scripts, applied);
            foreach (var script in scripts.Skip(applied.Count))
            {
                await ApplyAsync(connection, script, cancellationToken);
                logger.LogInformation("Applied {Script}", script.Name);
            }

            return scripts.Count - applied.Count;
        }
        finally
        {
            // A connection that is lost has lost the lock too.
            if (connection.State is ConnectionState.Open)
            {
                await ExecuteAsync(connection, $"SELECT pg_advisory_unlock({LockKey})", CancellationToken.None);
            }
        }
    }

    private async Task<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await dataSource.OpenConnectionAsync(cancellationToken);
            }
            catch (NpgsqlException exception) when (DatabaseOutage.Is(exception) && attempt < ConnectAttempts)
            {
                logger.LogWarning("The database does not answer yet, attempt {Attempt} of {Attempts}", attempt, ConnectAttempts);
                await Task.Delay(ConnectPause, cancellationToken);
            }
        }
    }

    private static void Verify(IReadOnlyList<MigrationScript> scripts, List<(string Name, string Checksum)> applied)
    {
        if (applied.Count > scripts.Count)
        {
            throw new InvalidOperationException($"The database has migration {applied[^1].Name}, which this version does not know: run a newer version.");
        }

        for (var i = 0; i < applied.Count; i++)
        {
            if (!string.Equals(applied[i].Checksum, scripts[i].Checksum, StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"Migration {scripts[i].Name} was changed after it was applied: restore it, and add a new one.");
            }
        }
    }

    private static async Task<List<(string Name, string Checksum)>> ReadAppliedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT name, checksum FROM schema_migration ORDER BY number", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var applied = new List<(string, string)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            applied.Add((reader.GetString(0), reader.GetString(1)));
        }

        return applied;
    }

    private async Task ApplyAsync(NpgsqlConnection connection, MigrationScript script, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await TryApplyAsync(connection, script, cancellationToken);
                return;
            }
            catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.LockNotAvailable && attempt < LockAttempts)
            {
                logger.LogWarning("{Script} waits for a table that is in use, attempt {Attempt} of {Attempts}", script.Name, attempt, LockAttempts);
                await Task.Delay(ConnectPause, cancellationToken);
            }
        }
    }

    private static async Task TryApplyAsync(NpgsqlConnection connection, MigrationScript script, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, $"SET LOCAL lock_timeout = '{LockWait}'", cancellationToken);
        await ExecuteAsync(connection, script.Sql, cancellationToken);
        await using var record = new NpgsqlCommand("INSERT INTO schema_migration (number, name, checksum) VALUES ($1, $2, $3)", connection)
        {
            Parameters = { new() { Value = script.Number }, new() { Value = script.Name }, new() { Value = script.Checksum } },
        };
        await record.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        // The service's time-out is for calls: a script, or waiting for another runner's, takes what it takes.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
