using MoviesNow.Testing;
using StackExchange.Redis;
using UploadTests.Support;

namespace UploadTests.Faults;

/// <summary>A system whose PostgreSQL and Redis are its own, so that they can be stopped and emptied.</summary>
public sealed class FaultSystem : SharedSystem
{
    private readonly PostgresOutageFixture _postgres = new();
    private readonly GarnetOutageFixture _garnet = new();
    private ConnectionMultiplexer? _redis;

    public TestPostgres Postgres => _postgres.Server;

    public TestGarnet Garnet => _garnet.Server;

    public override async Task InitializeAsync()
    {
        await Task.WhenAll(_postgres.InitializeAsync(), _garnet.InitializeAsync());
        System = await UploadSystem.StartAsync(() => Postgres.CreateDatabaseAsync(), Garnet.ConnectionString);
        _redis = await ConnectionMultiplexer.ConnectAsync($"{Garnet.ConnectionString},allowAdmin=true,abortConnect=false");
    }

    /// <summary>Redis forgets everything: locks, records of calls, rate limits.</summary>
    public Task EmptyRedisAsync() => _redis!.GetServers()[0].FlushAllDatabasesAsync();

    public override async Task DisposeAsync()
    {
        if (_redis is not null)
            await _redis.DisposeAsync();
        await System.DisposeAsync();
        await _garnet.DisposeAsync();
        await _postgres.DisposeAsync();
    }
}

[CollectionDefinition(nameof(FaultSystem))]
public sealed class FaultSystemGroup : ICollectionFixture<FaultSystem>;
