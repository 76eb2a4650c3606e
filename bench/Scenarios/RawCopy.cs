using System.Diagnostics;
using Npgsql;

namespace MoviesNow.Bench.Scenarios;

/// <summary>Writes the titles of a catalogue, and their external ids, by binary COPY into tables of the same columns.</summary>
internal static class RawCopy
{
    private static readonly string[] Tables = ["title", "external_id"];

    /// <summary>How long it took to write them; they were read before.</summary>
    public static async Task<TimeSpan> RunAsync(string database, bool withIndexes)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var connection = await source.OpenConnectionAsync();
        var elapsed = TimeSpan.Zero;
        foreach (var table in Tables)
        {
            await ExecuteAsync(connection, $"CREATE TABLE raw_{table} (LIKE {table}{(withIndexes ? " INCLUDING ALL" : "")})");
            elapsed += await CopyAsync(connection, table);
            await ExecuteAsync(connection, $"DROP TABLE raw_{table}");
        }

        return elapsed;
    }

    private static async Task<TimeSpan> CopyAsync(NpgsqlConnection connection, string table)
    {
        const int PartSize = 100_000;
        var elapsed = TimeSpan.Zero;
        for (var offset = 0; ; offset += PartSize)
        {
            var rows = await ReadAsync(connection, table, offset, PartSize);
            if (rows.Count == 0)
            {
                return elapsed;
            }

            GC.Collect();
            var clock = Stopwatch.StartNew();
            await using (var copy = await connection.BeginBinaryImportAsync($"COPY raw_{table} FROM STDIN (FORMAT BINARY)"))
            {
                foreach (var row in rows)
                {
                    await copy.WriteRowAsync(CancellationToken.None, row);
                }

                await copy.CompleteAsync();
            }

            elapsed += clock.Elapsed;
        }
    }

    private static async Task<List<object?[]>> ReadAsync(NpgsqlConnection connection, string table, int offset, int limit)
    {
        await using var command = new NpgsqlCommand($"SELECT * FROM {table} ORDER BY ctid OFFSET {offset} LIMIT {limit}", connection) { CommandTimeout = 60 };
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<object?[]>();
        while (await reader.ReadAsync())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            rows.Add(Array.ConvertAll(row, value => value is DBNull ? null : value));
        }

        return rows;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
