using Xunit;

namespace MoviesNow.Testing;

/// <summary>Clusters that all test classes of a process share, each started by the first that needs it and ended with the process.</summary>
public static class RedisClusters
{
    private static readonly SharedServer<TestRedisCluster> Redis = new(static cancellationToken =>
        TestRedisCluster.StartNewAsync(RedisEngine.Redis, withReplicas: false, cancellationToken));

    private static readonly SharedServer<TestRedisCluster> Garnet = new(static cancellationToken =>
        TestRedisCluster.StartNewAsync(RedisEngine.Garnet, withReplicas: false, cancellationToken));

    /// <summary>The connection string of a cluster of that kind, password included. Nobody may stop its nodes.</summary>
    public static async Task<string> ConnectionStringAsync(RedisEngine engine) =>
        (await (engine is RedisEngine.Redis ? Redis : Garnet).GetAsync()).ConnectionString;
}

/// <summary>Six nodes of Redis of one test class, three of them replicas, for tests that kill them.</summary>
public sealed class RedisFailoverFixture : IAsyncLifetime
{
    /// <summary>The cluster.</summary>
    public TestRedisCluster Cluster { get; private set; } = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync() => Cluster = await TestRedisCluster.StartNewAsync(RedisEngine.Redis, withReplicas: true);

    /// <inheritdoc/>
    public async Task DisposeAsync() => await Cluster.DisposeAsync();
}
