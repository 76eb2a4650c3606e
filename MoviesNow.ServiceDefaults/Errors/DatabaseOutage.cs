using System.Net.Sockets;
using Npgsql;

namespace MoviesNow.ServiceDefaults.Errors;

/// <summary>Whether the driver found no server that takes the work, which may be otherwise soon.</summary>
internal static class DatabaseOutage
{
    // What the driver says when all hosts are standbys, or were just found to be away; it has no code for that.
    private const string NoHost = "No suitable host";

    public static bool Is(Exception exception) => exception switch
    {
        PostgresException postgres => postgres.IsTransient,
        NpgsqlException { IsTransient: true } => true,
        NpgsqlException { InnerException: SocketException or IOException or TimeoutException } => true,
        // Of several hosts each failed in a way of its own.
        NpgsqlException { InnerException: AggregateException hosts } => hosts.InnerExceptions.Any(Is),
        NpgsqlException { InnerException: null } => exception.Message.StartsWith(NoHost, StringComparison.Ordinal),
        SocketException or IOException or TimeoutException => true,
        _ => false,
    };
}
