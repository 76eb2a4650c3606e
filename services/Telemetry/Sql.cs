using Npgsql;

namespace MoviesNow.Telemetry;

internal static class Sql
{
    /// <summary>
    /// Makes the commit of the transaction at hand durable even where the server is set to answer before it is; stricter
    /// settings stay.
    /// </summary>
    public const string CommitDurably = "SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'";

    /// <summary>The command with the values of <c>$1</c>, <c>$2</c> and so on.</summary>
    public static NpgsqlCommand With(this NpgsqlCommand command, params ReadOnlySpan<object?> values)
    {
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value ?? DBNull.Value });
        }

        return command;
    }

    /// <summary>Adds a statement to a batch.</summary>
    public static NpgsqlBatch Add(this NpgsqlBatch batch, string sql, params ReadOnlySpan<object?> values)
    {
        batch.BatchCommands.Add(new NpgsqlBatchCommand(sql).With(values));
        return batch;
    }

    /// <summary>The statement with the values of <c>$1</c>, <c>$2</c> and so on.</summary>
    private static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, params ReadOnlySpan<object?> values)
    {
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value ?? DBNull.Value });
        }

        return command;
    }
}
