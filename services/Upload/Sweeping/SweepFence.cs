using System.Globalization;
using Npgsql;

namespace MoviesNow.Upload.Sweeping;

/// <summary>
/// The right to change something in a sweep. A sweep's changes carry the token of its lease into the statement or transaction that makes
/// them, so a replica that was paused until another one took over changes nothing afterwards, whatever it believes.
/// </summary>
/// <param name="Token">Of the lease.</param>
internal sealed record SweepFence(long Token)
{
    /// <summary>Name of the only lease.</summary>
    public const string Lease = "sweep";

    /// <summary>Of a dry run: it is never held, so nothing can be changed by mistake.</summary>
    public static readonly SweepFence Never = new(-1);

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(2);

    private string Held => string.Create(
        CultureInfo.InvariantCulture, $"FROM sweep_lease WHERE name = '{Lease}' AND token = {Token} AND expires_at > clock_timestamp() FOR KEY SHARE");

    /// <summary>A condition of an UPDATE: holds while the lease does. Nobody takes the lease over before the statement is committed.</summary>
    public string Condition => $"EXISTS (SELECT {Held})";

    /// <summary>
    /// Passes while the lease is held, which nobody takes over before the transaction ends. PostgreSQL ends the transaction of a process
    /// that is paused in it.
    /// </summary>
    /// <exception cref="SweepLostException">It is not held any more.</exception>
    public async Task RequireAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var limit = ((long)LongestPause.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        await using var command = new NpgsqlCommand($"SELECT set_config('idle_in_transaction_session_timeout', '{limit}', true) {Held}", connection);
        if (await command.ExecuteScalarAsync(cancellationToken) is null)
        {
            throw new SweepLostException();
        }
    }

    /// <summary>Does something in a transaction, while the lease is held.</summary>
    /// <exception cref="SweepLostException">It is not held any more.</exception>
    public async Task RunAsync(NpgsqlDataSource dataSource, Func<NpgsqlConnection, Task> action, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RequireAsync(connection, cancellationToken);
        await action(connection);
        await transaction.CommitAsync(cancellationToken);
    }
}

/// <summary>The sweep's lease is over: another replica sweeps by now.</summary>
internal sealed class SweepLostException() : Exception("The lease of the sweep is over.");
