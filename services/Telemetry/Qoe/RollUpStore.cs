using MoviesNow.ServiceDefaults.Observability;
using MoviesNow.ServiceDefaults.Postgres;
using Npgsql;

namespace MoviesNow.Telemetry.Qoe;

/// <summary>What one roll-up did.</summary>
/// <param name="Rows">Deltas that were summed up.</param>
/// <param name="IsDrained">Whether all that was committed before it is summed up.</param>
internal sealed record RollUpResult(long Rows, bool IsDrained);

/// <summary>
/// The writing side of the sums. One replica at a time works on them, by an advisory lock of the transaction: nobody waits for a row
/// that another replica holds, so nothing can deadlock, and a replica that dies leaves no lock.
/// </summary>
/// <param name="dataSource">The database.</param>
/// <param name="longWork">The same, for statements that may take long.</param>
internal sealed class RollUpStore(NpgsqlDataSource dataSource, [FromKeyedServices(PostgresOptions.Direct)] NpgsqlDataSource longWork)
{
    // "MNqoesum" in ASCII: no other use of advisory locks may take this number.
    private const long LockKey = 0x4D4E_716F_6573_756D;
    private const int DeleteStep = 5_000;

    // Much is summed up at once after an outage.
    private const int TimeoutSeconds = 60;

    /// <summary>Sums up some deltas in one transaction: each counts once, whatever fails.</summary>
    /// <returns>What was done; null when another replica is at it.</returns>
    public async Task<RollUpResult?> RollUpAsync(int maxRows, CancellationToken cancellationToken)
    {
        await using var connection = await longWork.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await BeginAsync(connection, cancellationToken) is not { } moment)
        {
            return null;
        }

        var rows = await TakeAsync(connection, maxRows, cancellationToken);
        if (rows < maxRows)
        {
            await using var progress = new NpgsqlCommand("UPDATE qoe_progress SET complete_until = $1", connection).With(moment);
            await progress.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return new RollUpResult(rows, IsDrained: rows < maxRows);
    }

    /// <summary>The moment before which everything committed is summed up.</summary>
    public async Task<DateTimeOffset> CompleteUntilAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("SELECT complete_until FROM qoe_progress");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.GetFieldValue<DateTimeOffset>(0);
    }

    /// <summary>Removes the sums of a level before a moment, in steps that hold nobody up for long.</summary>
    public async Task<long> RemoveBeforeAsync(QoeLevel level, DateTimeOffset moment, CancellationToken cancellationToken)
    {
        var removed = 0L;
        foreach (var table in (string[])[level.Table(), $"{level.Table()}_startup"])
        {
            int step;
            do
            {
                step = await RemoveStepAsync(table, moment, cancellationToken);
                removed += step;
            }
            while (step == DeleteStep);
        }

        return removed;
    }

    /// <summary>
    /// Takes the lock, and the time: before the snapshots of the statements that follow, which see whatever was committed until then.
    /// Null when another replica has the lock.
    /// </summary>
    private static async Task<DateTimeOffset?> BeginAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT pg_try_advisory_xact_lock($1), clock_timestamp()", connection).With(LockKey);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.GetBoolean(0) ? reader.GetFieldValue<DateTimeOffset>(1) : null;
    }

    private static async Task<long> TakeAsync(NpgsqlConnection connection, int maxRows, CancellationToken cancellationToken)
    {
        await using var look = new NpgsqlCommand("SELECT EXISTS (SELECT FROM qoe_delta)", connection);
        if (!(bool)(await look.ExecuteScalarAsync(cancellationToken))!)
        {
            return 0;
        }

        // Only work makes a span.
        using var span = BackgroundWork.Start("roll up quality");
        try
        {
            await using var command = new NpgsqlCommand(RollUpSql.Statement, connection) { CommandTimeout = TimeoutSeconds }.With(maxRows);
            var rows = (long)(await command.ExecuteScalarAsync(cancellationToken))!;
            span?.SetTag("moviesnow.batch.rows", rows);
            return rows;
        }
        catch (Exception exception)
        {
            span.Fail(exception);
            throw;
        }
    }

    private async Task<int> RemoveStepAsync(string table, DateTimeOffset moment, CancellationToken cancellationToken)
    {
        await using var batch = dataSource.CreateBatch()
            .Add("SELECT pg_advisory_xact_lock($1)", LockKey)
            .Add($"DELETE FROM {table} WHERE ctid = ANY (ARRAY (SELECT ctid FROM {table} WHERE moment < $1 LIMIT $2))", moment, DeleteStep);
        return await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}
