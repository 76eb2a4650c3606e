using StackExchange.Redis;

namespace MoviesNow.ServiceDefaults.Redis;

/// <summary>Whether a command failed because Redis, or the node of a cluster that it needs, is away or changes its role.</summary>
public static class RedisOutage
{
    // What a Redis that starts, fails over or reshards begins its errors with; the last two are the driver's words for a node that it was
    // sent to in vain.
    private static readonly string[] Beginnings =
        ["LOADING ", "READONLY ", "MASTERDOWN ", "CLUSTERDOWN ", "TRYAGAIN ", "NOREPLICAS ", "MOVED ", "ASK ", "Endpoint ", "Key has MOVED "];

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
