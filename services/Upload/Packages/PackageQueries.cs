using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace MoviesNow.Upload.Packages;

/// <summary>Short forms for what the stores of packages do with Npgsql.</summary>
internal static class PackageQueries
{
    /// <summary>A statement with the values of <c>$1</c>, <c>$2</c> …</summary>
    public static NpgsqlCommand Command(this NpgsqlDataSource database, [StringSyntax("sql")] string sql, params ReadOnlySpan<object?> values) =>
        With(database.CreateCommand(sql), values);

    /// <summary>A statement of this connection, in its transaction if it has one.</summary>
    public static NpgsqlCommand Command(this NpgsqlConnection connection, [StringSyntax("sql")] string sql, params ReadOnlySpan<object?> values) =>
        With(new NpgsqlCommand(sql, connection), values);

    /// <summary>The only row; null when there is none.</summary>
    public static async Task<T?> SingleAsync<T>(this NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
        where T : class
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? read(reader) : null;
    }

    /// <summary>All rows.</summary>
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

    private static NpgsqlCommand With(NpgsqlCommand command, ReadOnlySpan<object?> values)
    {
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        }

        return command;
    }
}
