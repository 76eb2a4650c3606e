using MoviesNow.Bench.Measuring;
using Npgsql;
using NpgsqlTypes;

namespace MoviesNow.Bench.Scenarios;

/// <summary>
/// Two writers that COPY events into a table of the same columns, without indexes, and commit: as fast as the database takes them from this driver.
/// </summary>
internal sealed class RawEventCopy
{
    private const int Writers = 2;
    private const int Events = 5_000;

    private readonly NpgsqlDataSource _database;
    private readonly string[] _columns;
    private readonly object?[] _row;

    private RawEventCopy(NpgsqlDataSource database, string[] columns, object?[] row) => (_database, _columns, _row) = (database, columns, row);

    public Workload Workload => new("raw COPY, two writers", Writers, _ => new ValueTask(CopyAsync()), Events);

    /// <summary>The copy of an event that the service has stored.</summary>
    public static async Task<RawEventCopy> PrepareAsync(NpgsqlDataSource database)
    {
        await using (var create = database.CreateCommand("CREATE TABLE raw_event (LIKE playback_event)"))
        {
            await create.ExecuteNonQueryAsync();
        }

        await using var command = database.CreateCommand("SELECT * FROM playback_event LIMIT 1");
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        var row = new object[reader.FieldCount];
        reader.GetValues(row);
        return new RawEventCopy(
            database, [.. Enumerable.Range(0, row.Length).Select(reader.GetName)], Array.ConvertAll(row, value => value is DBNull ? null : value));
    }

    private async Task CopyAsync()
    {
        await using var connection = await _database.OpenConnectionAsync();
        await using (var copy = await connection.BeginBinaryImportAsync($"COPY raw_event ({string.Join(", ", _columns)}) FROM STDIN (FORMAT BINARY)"))
        {
            for (var i = 0; i < Events; i++)
            {
                await copy.StartRowAsync();
                foreach (var value in _row)
                {
                    await WriteAsync(copy, value);
                }
            }

            await copy.CompleteAsync();
        }
    }

    private static Task WriteAsync(NpgsqlBinaryImporter copy, object? value) => value switch
    {
        null => copy.WriteNullAsync(),
        Guid id => copy.WriteAsync(id, NpgsqlDbType.Uuid),
        DateTime time => copy.WriteAsync(time, NpgsqlDbType.TimestampTz),
        int number => copy.WriteAsync(number, NpgsqlDbType.Integer),
        short number => copy.WriteAsync(number, NpgsqlDbType.Smallint),
        bool flag => copy.WriteAsync(flag, NpgsqlDbType.Boolean),
        double number => copy.WriteAsync(number, NpgsqlDbType.Double),
        string text => copy.WriteAsync(text, NpgsqlDbType.Text),
        _ => throw new InvalidOperationException($"A column of {value.GetType()} is new: say here how it is written."),
    };
}
