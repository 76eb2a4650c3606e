using System.Globalization;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace MoviesNow.ServiceDefaults.Postgres;

/// <summary>What connection strings say of a database, and what a service adds to them.</summary>
internal static class PostgresSessions
{
    private const int DefaultHostRecheckSeconds = 10;

    /// <summary>The connection string for what needs a session of its own; null when there is none at all.</summary>
    /// <exception cref="InvalidOperationException">The service goes through a pooler that has no sessions, and nothing leads past it.</exception>
    public static string? DirectConnectionString(IConfiguration configuration, string connectionName, PostgresOptions options)
    {
        var name = $"{connectionName}_direct";
        if (configuration.GetConnectionString(name) is { Length: > 0 } direct)
        {
            return direct;
        }

        return options.Pooler is PostgresPooler.None
            ? configuration.GetConnectionString(connectionName)
            : throw new InvalidOperationException(
                $"The setting ConnectionStrings:{name} is missing: Postgres:Pooler is {options.Pooler}, so locks and migrations need a way past the pooler.");
    }

    /// <summary>For statements of calls.</summary>
    public static void ForCalls(NpgsqlConnectionStringBuilder connection, PostgresOptions options)
    {
        ToThePrimary(connection);
        // Short enough to answer UNAVAILABLE within a caller's deadline.
        (connection.Timeout, connection.CommandTimeout, connection.CancellationTimeout) = (3, 5, 1000);
        connection.MaxPoolSize = options.PoolSize ?? connection.MaxPoolSize;
        if (!options.MayPrepare)
        {
            connection.MaxAutoPrepare = 0;
        }

        if (options.Pooler is PostgresPooler.Transaction)
        {
            // DISCARD ALL would clear a session that somebody else has by then; time-outs are the role's.
            connection.NoResetOnClose = true;
            return;
        }

        Limit(connection, options.StatementTimeout, options.LockTimeout, options.IdleInTransactionTimeout);
    }

    /// <summary>For statements that may take minutes, in sessions of their own.</summary>
    public static void ForLongWork(NpgsqlConnectionStringBuilder connection, PostgresOptions options)
    {
        ToThePrimary(connection);
        (connection.Timeout, connection.CommandTimeout, connection.CancellationTimeout) = (3, 5, 1000);
        connection.MaxPoolSize = options.DirectConnections;
        Limit(connection, options.LongStatementTimeout, options.LongLockTimeout, options.IdleInTransactionTimeout);
    }

    /// <summary>For migrations, whose statements take what they take. They limit their locks themselves.</summary>
    public static void ForMigrations(NpgsqlConnectionStringBuilder connection)
    {
        ToThePrimary(connection);
        Limit(connection, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);
    }

    /// <summary>Of several hosts the one that takes writes, whichever that is at the time.</summary>
    private static void ToThePrimary(NpgsqlConnectionStringBuilder connection)
    {
        if (connection.Host?.Contains(',', StringComparison.Ordinal) is not true)
        {
            // The driver refuses to choose from one.
            connection.TargetSessionAttributes = null;
            return;
        }

        connection.TargetSessionAttributes ??= "primary";
        if (connection.HostRecheckSeconds == DefaultHostRecheckSeconds)
        {
            // How long a host that was away, or a standby, is not asked again: an outage lasts that much longer.
            connection.HostRecheckSeconds = 2;
        }
    }

    private static void Limit(NpgsqlConnectionStringBuilder connection, TimeSpan statement, TimeSpan wait, TimeSpan idle)
    {
        var limits = string.Join(
            ' ', Setting("statement_timeout", statement), Setting("lock_timeout", wait), Setting("idle_in_transaction_session_timeout", idle));
        // What the connection string says counts.
        connection.Options = connection.Options is { Length: > 0 } given ? $"{limits} {given}" : limits;

        static string Setting(string name, TimeSpan limit) => string.Create(CultureInfo.InvariantCulture, $"-c {name}={limit.TotalMilliseconds:0}");
    }
}
