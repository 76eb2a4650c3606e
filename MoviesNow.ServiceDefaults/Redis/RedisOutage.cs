using StackExchange.Redis;

namespace MoviesNow.ServiceDefaults.Redis;

/// <summary>Whether a command failed because Redis, or the node of a cluster that it needs, is away or changes its role.</summary>
public static class RedisOutage
{
    // What a Redis begins its errors with that starts, fails over or reshards, whose memory or disk is full, or that is kept from it by another
    // script; EXECABORT is what a transaction answers whose first commands were refused with one of these. The last two are the driver's words
    // for a node that it was sent to in vain.
    private static readonly string[] Beginnings =
    [
        "LOADING ", "READONLY ", "MASTERDOWN ", "CLUSTERDOWN ", "TRYAGAIN ", "NOREPLICAS ", "MOVED ", "ASK ", "OOM ", "MISCONF ", "BUSY ", "EXECABORT ",
        "Endpoint ", "Key has MOVED ",
    ];

    // A replica was promoted, and the driver has not learned of it yet.
    private const string StillAReplica = "Command cannot be issued to a replica";

    /// <summary>True when it may be otherwise soon.</summary>
    public static bool Is(Exception exception) => exception switch
    {
        RedisConnectionException or RedisTimeoutException => true,
        RedisServerException server => Array.Exists(Beginnings, beginning => server.Message.StartsWith(beginning, StringComparison.Ordinal)),
        RedisCommandException command => command.Message.StartsWith(StillAReplica, StringComparison.Ordinal),
        _ => false,
    };
}
