using System.Collections.Concurrent;

namespace MoviesNow.Testing;

/// <summary>
/// With the variable <c>MOVIESNOW_TEST_POOLER=pgbouncer</c> the services that tests start reach PostgreSQL through PgBouncer in transaction
/// mode, as <c>docs/postgres.md</c> describes it. Tests themselves go past it.
/// </summary>
public static class PooledServices
{
    private const string Databases = "ConnectionStrings:";
    private const string Direct = "_direct";

    private static readonly bool IsWanted = Environment.GetEnvironmentVariable("MOVIESNOW_TEST_POOLER") switch
    {
        null or "" => false,
        "pgbouncer" => true,
        var other => throw new InvalidOperationException($"MOVIESNOW_TEST_POOLER is '{other}': it must be pgbouncer."),
    };

    // By the way past it, up to the database.
    private static readonly ConcurrentDictionary<string, string> Poolers = new(StringComparer.Ordinal);

    /// <summary>The settings of a service, with the pooler in front of its database where there is one.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> Settings(IEnumerable<KeyValuePair<string, string?>> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        foreach (var (name, value) in settings)
        {
            if (!name.StartsWith(Databases, StringComparison.Ordinal) || name.EndsWith(Direct, StringComparison.Ordinal) || value is null
                || Poolers.FirstOrDefault(pooler => value.StartsWith(pooler.Key, StringComparison.Ordinal)) is not { Key: { } server, Value: { } pooled })
            {
                yield return KeyValuePair.Create(name, value);
                continue;
            }

            yield return KeyValuePair.Create(name, (string?)$"{pooled}{value[server.Length..]}");
            yield return KeyValuePair.Create($"{name}{Direct}", (string?)value);
            yield return KeyValuePair.Create("Postgres:Pooler", (string?)"Transaction");
        }
    }

    internal static async Task UseAsync(TestPostgres server)
    {
        if (IsWanted)
        {
            var direct = server.ConnectionString("");
            var prefix = direct[..direct.IndexOf(";Database=", StringComparison.Ordinal)];
            Poolers[prefix] = await server.PooledAsync(prefix);
        }
    }
}
