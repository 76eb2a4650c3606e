using System.Diagnostics.CodeAnalysis;
using Google.Protobuf.WellKnownTypes;
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
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
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
