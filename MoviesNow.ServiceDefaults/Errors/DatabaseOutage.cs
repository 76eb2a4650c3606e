using System.Net.Sockets;
using Npgsql;

namespace MoviesNow.ServiceDefaults.Errors;

/// <summary>Whether no server takes the work, or ends the session that asks for it, which may be otherwise soon.</summary>
internal static class DatabaseOutage
{
    // What the driver says when all hosts are standbys, or were just found to be away; it has no code for that.
    private const string NoHost = "No suitable host";

    public static bool Is(Exception exception) => exception switch
    {
        PostgresException postgres => postgres.IsTransient || IsSessionEnded(postgres),
        NpgsqlException { IsTransient: true } => true,
        NpgsqlException { InnerException: SocketException or IOException or TimeoutException } => true,
        // Of several hosts each failed in a way of its own.
        NpgsqlException { InnerException: AggregateException hosts } => hosts.InnerExceptions.Any(Is),
        NpgsqlException { InnerException: null } => exception.Message.StartsWith(NoHost, StringComparison.Ordinal),
        SocketException or IOException or TimeoutException => true,
        _ => false,
    };

    // Whatever the code: with a full disk, PostgreSQL 15 ends a session that begins with "could not write init file" and calls it XX000.
    // Who may begin one (class 28) and what it may do (42) is no matter of time.
    private static bool IsSessionEnded(PostgresException exception) =>
        exception.InvariantSeverity is "FATAL" or "PANIC" && exception.SqlState is not (['2', '8', ..] or ['4', '2', ..]);
}
