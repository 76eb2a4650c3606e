using Npgsql;

namespace MoviesNow.Upload.Sweeping;

/// <summary>Where steps that ran out of time go on.</summary>
internal sealed class SweepPositions(NpgsqlDataSource dataSource)
{
    /// <summary>The position of a step; empty when it begins anew.</summary>
    public async Task<string> ReadAsync(string step, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("SELECT position FROM sweep_cursor WHERE step = $1");
        command.Parameters.Add(new() { Value = step });
        return await command.ExecuteScalarAsync(cancellationToken) as string ?? "";
    }

    public async Task WriteAsync(SweepFence fence, string step, string position, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"""
            INSERT INTO sweep_cursor (step, position, updated_at) SELECT $1, $2, clock_timestamp() WHERE {fence.Condition}
            ON CONFLICT (step) DO UPDATE SET position = excluded.position, updated_at = excluded.updated_at
            """);
        command.Parameters.Add(new() { Value = step });
        command.Parameters.Add(new() { Value = position });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
