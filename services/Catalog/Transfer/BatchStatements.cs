using System.Diagnostics.CodeAnalysis;
using MoviesNow.Catalog.Shared;
using Npgsql;

namespace MoviesNow.Catalog.Transfer;

/// <summary>Statements about thousands of rows, which may take longer than those that a viewer waits for.</summary>
internal static class BatchStatements
{
    /// <summary>How long one may take.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>A statement of this connection with the values of <c>$1</c>, <c>$2</c> …</summary>
    public static NpgsqlCommand BatchCommand(this NpgsqlConnection connection, [StringSyntax("sql")] string sql, params ReadOnlySpan<object?> values)
    {
        var command = connection.Command(sql, values);
        command.CommandTimeout = (int)Limit.TotalSeconds;
        return command;
    }
}
