using System.Collections.Frozen;
using System.Diagnostics;

namespace MoviesNow.ServiceDefaults.Observability;

/// <summary>Names that people look for: the RPC's method, the Redis command. No name holds a value.</summary>
internal static class SpanNames
{
    private const string RedisSource = "OpenTelemetry.Instrumentation.StackExchangeRedis";
    private const string RedisPrefix = "Redis ";
    private const string PostgresSource = "Npgsql";

    // Other commands may be text of the caller's: the client sends any.
    private static readonly FrozenSet<string> RedisCommands = FrozenSet.Create(
        StringComparer.Ordinal,
        "AUTH", "BLPOP", "CLIENT", "DECR", "DECRBY", "DEL", "ECHO", "EVAL", "EVALSHA", "EXEC", "EXISTS", "EXPIRE", "GET", "GETDEL", "GETEX", "HDEL", "HGET", "HGETALL",
        "HINCRBY", "HMGET", "HSET", "INCR", "INCRBY", "INFO", "LLEN", "LPOP", "LPUSH", "LRANGE", "MGET", "MULTI", "PEXPIRE", "PING", "PSETEX", "PTTL", "PUBLISH", "RPOP", "RPUSH", "SADD", "SCAN", "SCRIPT",
        "SET", "SETEX", "SETNX", "SREM", "TTL", "UNLINK", "UNWATCH", "WATCH", "ZADD", "ZRANGE", "ZREM");

    public static void Set(Activity span)
    {
        if (span.GetTagItem("rpc.method") is string method)
        {
            span.DisplayName = method;
        }
        else if (string.Equals(span.Source.Name, RedisSource, StringComparison.Ordinal))
        {
            NameCommand(span);
        }
        else if (string.Equals(span.Source.Name, PostgresSource, StringComparison.Ordinal) && !StatementNames.IsOurs(span.DisplayName))
        {
            // The opening of a connection, which the driver names after the database.
            span.DisplayName = "CONNECT";
        }
    }

    private static void NameCommand(Activity span)
    {
        // Where a process has several hosts, as in tests, a span passes here several times.
        if (span.DisplayName.StartsWith(RedisPrefix, StringComparison.Ordinal))
        {
            return;
        }

        var isKnown = RedisCommands.Contains(span.DisplayName);
        span.DisplayName = isKnown ? $"{RedisPrefix}{span.DisplayName}" : $"{RedisPrefix}command";
        if (!isKnown)
        {
            span.SetTag("db.operation.name", value: null);
        }
    }
}
