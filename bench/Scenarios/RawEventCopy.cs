using MoviesNow.Bench.Measuring;
using Npgsql;
using NpgsqlTypes;

namespace MoviesNow.Bench.Scenarios;

/// <summary>
/// Two writers that COPY events into a table of the same columns and commit: as fast as the database takes them from this driver, without indexes; or
/// with the constraints and the index that the service cannot do without.
/// </summary>
internal sealed class RawEventCopy
{
    private const int Writers = 2;
    private const int Events = 5_000;

    private readonly NpgsqlDataSource _database;
    private readonly string _copy;
    private readonly object?[] _row;
    private readonly int _session;
    private readonly int _sequence;

    private RawEventCopy(NpgsqlDataSource database, string table, string[] columns, object?[] row)
    {
        (_database, _row) = (database, row);
        (_session, _sequence) = (Array.IndexOf(columns, "session_id"), Array.IndexOf(columns, "sequence"));
        _copy = $"COPY {table} ({string.Join(", ", columns)}) FROM STDIN (FORMAT BINARY)";
        Workload = new($"COPY by two writers, {table}", Writers, _ => new ValueTask(CopyAsync()), Events);
    }

    public Workload Workload { get; }

    /// <summary>Copies of an event that the service has stored.</summary>
    public static async Task<RawEventCopy> PrepareAsync(NpgsqlDataSource database, bool withIndex)
    {
        var table = withIndex ? "indexed_event" : "bare_event";
        await using (var create = database.CreateCommand($"CREATE TABLE {table} (LIKE playback_event{(withIndex ? " INCLUDING ALL" : "")})"))
        {
            await create.ExecuteNonQueryAsync();
        }

        await using var command = database.CreateCommand("SELECT * FROM playback_event LIMIT 1");
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        var row = new object[reader.FieldCount];
        reader.GetValues(row);
        return new RawEventCopy(
            database, table, [.. Enumerable.Range(0, row.Length).Select(reader.GetName)], Array.ConvertAll(row, value => value is DBNull ? null : value));
    }

    private async Task CopyAsync()
    {
        await using var connection = await _database.OpenConnectionAsync();
        var session = Guid.CreateVersion7();
        await using (var copy = await connection.BeginBinaryImportAsync(_copy))
        {
            for (var i = 0; i < Events; i++)
            {
                await copy.StartRowAsync();
                for (var column = 0; column < _row.Length; column++)
                {
                    await WriteAsync(copy, column == _session ? session : column == _sequence ? i + 1 : _row[column]);
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
