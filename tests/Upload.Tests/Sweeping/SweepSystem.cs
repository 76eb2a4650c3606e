using MoviesNow.Testing;
using UploadTests.Support;

namespace UploadTests.Sweeping;

/// <summary>A system of their own for tests of the sweeper: it sees everything that is in a database and a bucket.</summary>
public sealed class SweepSystem : IAsyncLifetime
{
    private readonly PostgresFixture _postgres = new();
    private readonly GarnetFixture _garnet = new();

    internal UploadSystem System { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await Task.WhenAll(_postgres.InitializeAsync(), _garnet.InitializeAsync());
        System = await UploadSystem.StartAsync(_postgres, _garnet.ConnectionString);
    }

    public async Task DisposeAsync()
    {
        await System.DisposeAsync();
        await _garnet.DisposeAsync();
        await _postgres.DisposeAsync();
    }
}

[CollectionDefinition(nameof(SweepSystem))]
public sealed class SweepSystemGroup : ICollectionFixture<SweepSystem>;
