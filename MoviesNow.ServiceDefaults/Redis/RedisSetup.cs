using StackExchange.Redis;

namespace MoviesNow.ServiceDefaults.Redis;

/// <summary>How the primaries of a Redis are set up, as far as they tell: managed services keep commands and values to themselves.</summary>
/// <param name="Policy">What is dropped when memory is full; null when nobody tells.</param>
/// <param name="AppendOnly">Whether all of them write an append-only file; null when nobody tells.</param>
internal sealed record RedisSetup(string? Policy, bool? AppendOnly)
{
    public const string NoEviction = "noeviction";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Asks all primaries that are connected; null when none is. One that is not as it should be decides.</summary>
    public static async Task<RedisSetup?> ReadAsync(IConnectionMultiplexer connection)
    {
        var setups = new List<RedisSetup>();
        foreach (var server in connection.GetServers().Where(server => server is { IsConnected: true, IsReplica: false }))
        {
            setups.Add(await ReadAsync(server));
        }

        return setups.Count == 0 ? null : new RedisSetup(
            setups.Find(setup => setup.Policy is not (null or NoEviction))?.Policy ?? (setups.Exists(setup => setup.Policy is null) ? null : NoEviction),
            setups.Exists(setup => setup.AppendOnly is false) ? false : setups.Exists(setup => setup.AppendOnly is null) ? null : true);
    }

    private static async Task<RedisSetup> ReadAsync(IServer server) => new(
        await AskAsync(server, "memory", "maxmemory_policy", "maxmemory-policy"),
        await AskAsync(server, "persistence", "aof_enabled", "appendonly") switch { "1" or "yes" => true, "0" or "no" => false, _ => null });

    /// <summary>A value of INFO, which is allowed more often, or else of CONFIG; null when neither has it.</summary>
    private static async Task<string?> AskAsync(IServer server, string section, string field, string parameter)
    {
        var info = (string?)await TryAsync(server, "INFO", section) ?? "";
        foreach (var line in info.Split('\n', StringSplitOptions.TrimEntries))
        {
            if (line.StartsWith($"{field}:", StringComparison.Ordinal))
            {
                return line[(field.Length + 1)..];
            }
        }

        return await TryAsync(server, "CONFIG", "GET", parameter) is { Length: 2 } pair ? (string?)pair[1] : null;
    }

    private static async Task<RedisResult?> TryAsync(IServer server, string command, params object[] arguments)
    {
        try
        {
            return await server.ExecuteAsync(command, arguments).WaitAsync(Patience);
        }
        catch (Exception e) when (e is RedisException or TimeoutException or OperationCanceledException)
        {
            // Unknown, forbidden, or gone again.
            return null;
        }
    }
}
