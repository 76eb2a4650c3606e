using System.Net.Sockets;
using Npgsql;
using StackExchange.Redis;

namespace MoviesNow.ServiceDefaults.Errors;

/// <summary>What a log may tell of an exception: its type and those of its causes, with codes where there are any.</summary>
internal static class ExceptionSummary
{
    private const int MaxDepth = 5;

    public static string Of(Exception exception)
    {
        var causes = new List<string>();
        for (var cause = exception; cause is not null && causes.Count < MaxDepth; cause = cause.InnerException)
        {
            causes.Add(cause switch
            {
                PostgresException postgres => $"{nameof(PostgresException)} {postgres.SqlState}",
                RedisConnectionException redis => $"{nameof(RedisConnectionException)} {redis.FailureType}",
                SocketException socket => $"{nameof(SocketException)} {socket.SocketErrorCode}",
                _ => cause.GetType().FullName!,
            });
        }

        return string.Join(" < ", causes);
    }
}
