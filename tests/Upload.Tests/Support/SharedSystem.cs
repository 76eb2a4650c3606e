using MoviesNow.Testing;

namespace UploadTests.Support;

/// <summary>One system for all tests: each makes titles of its own, and those that break a server mend it again.</summary>
public class SharedSystem : IAsyncLifetime
{
    private readonly PostgresFixture _postgres = new();
    private readonly GarnetFixture _garnet = new();

    internal UploadSystem System { get; private protected set; } = null!;

    public virtual async Task InitializeAsync()
    {
        await Task.WhenAll(_postgres.InitializeAsync(), _garnet.InitializeAsync());
        System = await UploadSystem.StartAsync(() => _postgres.CreateDatabaseAsync(), _garnet.ConnectionString);
    }

    public virtual async Task DisposeAsync()
    {
        await System.DisposeAsync();
        await _garnet.DisposeAsync();
        await _postgres.DisposeAsync();
    }
}

[CollectionDefinition(nameof(SharedSystem))]
public sealed class SharedSystemGroup : ICollectionFixture<SharedSystem>;
