using System.Diagnostics.CodeAnalysis;
using Google.Protobuf.WellKnownTypes;
using MoviesNow.Common.V1;
using Npgsql;

namespace MoviesNow.Catalog.Shared;

/// <summary>Short forms for what every store does with Npgsql.</summary>
internal static class Sql
{
    /// <summary>A statement with the values of <c>$1</c>, <c>$2</c> …</summary>
    public static NpgsqlCommand Command(this NpgsqlDataSource database, [StringSyntax("sql")] string sql, params ReadOnlySpan<object?> values)
    {
        var command = database.CreateCommand(sql);
        Add(command.Parameters, values);
        return command;
    }

    /// <summary>A statement of this connection, in its transaction if it has one.</summary>
    public static NpgsqlCommand Command(this NpgsqlConnection connection, [StringSyntax("sql")] string sql, params ReadOnlySpan<object?> values)
    {
        var command = new NpgsqlCommand(sql, connection);
        Add(command.Parameters, values);
        return command;
    }

    /// <summary>Appends a statement to a batch, which is one transaction and one round trip.</summary>
    public static void Add(this NpgsqlBatch batch, [StringSyntax("sql")] string sql, params ReadOnlySpan<object?> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        Add(command.Parameters, values);
        batch.BatchCommands.Add(command);
    }

    /// <summary>The only row; null when there is none.</summary>
    public static async Task<T?> SingleAsync<T>(this NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
        where T : class
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? read(reader) : null;
    }

    public static async Task<List<T>> ListAsync<T>(this NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ListAsync(read, cancellationToken);
    }

    /// <summary>The rows of the current result.</summary>
    public static async Task<List<T>> ListAsync<T>(this NpgsqlDataReader reader, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>What became of an update: a batch that first counts the changed rows, and then reads the row that was meant.</summary>
    public static async Task<Outcome<T>> ChangedAsync<T>(
        this NpgsqlBatch batch, Func<NpgsqlDataReader, T> read, ErrorReason notFound, CancellationToken cancellationToken) where T : class
    {
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var isChanged = reader.GetInt64(0) > 0;
        await reader.NextResultAsync(cancellationToken);
        return !await reader.ReadAsync(cancellationToken) ? notFound
            : isChanged ? read(reader)
            : ErrorReason.EtagMismatch;
    }

    /// <summary>
    /// Deletes a row after those that depend on it, or nothing. The row is locked first, so that nothing is added to it in the meantime.
    /// </summary>
    /// <param name="database">The database.</param>
    /// <param name="table">Table of the row; it has the columns <c>id</c> and <c>version</c>.</param>
    /// <param name="id">Id of the row.</param>
    /// <param name="version">Version that is meant; null for any.</param>
    /// <param name="condition">What must hold for the row.</param>
    /// <param name="columns">What <paramref name="read"/> takes.</param>
    /// <param name="read">Reads the deleted row.</param>
    /// <param name="dependents">Statements that lock and delete what depends on the row with the id <c>$1</c>.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The deleted row; null when there is none with that id and version for which the condition holds.</returns>
    /// <exception cref="PostgresException">Something that was not deleted refers to the row.</exception>
    public static async Task<T?> DeleteAsync<T>(
        this NpgsqlDataSource database, string table, Guid id, long? version, string condition, string columns, Func<NpgsqlDataReader, T> read,
        IEnumerable<string> dependents, CancellationToken cancellationToken) where T : class
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var batch = connection.CreateBatch())
        {
            batch.Add($"SELECT 1 FROM {table} WHERE id = $1 FOR UPDATE", id);
            foreach (var statement in dependents)
            {
                batch.Add(statement, id);
            }

            await batch.ExecuteNonQueryAsync(cancellationToken);
        }

        await using var delete = new NpgsqlCommand(
            $"DELETE FROM {table} WHERE id = $1 AND ($2::bigint IS NULL OR version = $2) AND {condition} RETURNING {columns}", connection);
        Add(delete.Parameters, [id, version]);
        var deleted = await delete.SingleAsync(read, cancellationToken);
        if (deleted is not null)
        {
            await transaction.CommitAsync(cancellationToken);
        }

        return deleted;
    }

    /// <summary>The only row of a batch's second result; null when there is none.</summary>
    public static async Task<T?> SecondAsync<T>(this NpgsqlBatch batch, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
        where T : class
    {
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? read(reader) : null;
    }

    /// <summary>A value of an enumeration of the contract; they are stored by name.</summary>
    public static T Enum<T>(this NpgsqlDataReader reader, int column) where T : struct, System.Enum =>
        System.Enum.Parse<T>(reader.GetString(column));

    public static Timestamp Time(this NpgsqlDataReader reader, int column) =>
        Timestamp.FromDateTimeOffset(reader.GetFieldValue<DateTimeOffset>(column));

    public static Timestamp? TimeOrNull(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.Time(column);

    public static string Id(this NpgsqlDataReader reader, int column) => reader.GetGuid(column).ToString("D");

    /// <summary>The moment in the database's resolution, so that what is compared here compares there in the same way.</summary>
    public static DateTimeOffset ToMicroseconds(this DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond));

    private static void Add(NpgsqlParameterCollection parameters, ReadOnlySpan<object?> values)
    {
        foreach (var value in values)
        {
            parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        }
    }
}
