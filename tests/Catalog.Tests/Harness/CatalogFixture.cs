using MoviesNow.Testing;
using Npgsql;

namespace MoviesNow.Catalog.Tests.Harness;

/// <summary>Three replicas on one database, shared by all tests; each test works on titles of its own.</summary>
public sealed class CatalogFixture : IAsyncLifetime
{
    private readonly PostgresFixture _postgres = new();
    private readonly GarnetFixture _garnet = new();
    private string _connectionString = "";

    public Replica One { get; private set; } = null!;

    public Replica Two { get; private set; } = null!;

    public Replica Three { get; private set; } = null!;

    /// <summary>One of the three, in turn.</summary>
    public Replica InTurn(int call) => (call % 3) switch { 0 => One, 1 => Two, _ => Three };

    /// <summary>The database, past the service.</summary>
    public NpgsqlDataSource Database { get; private set; } = null!;

    /// <summary>Another replica, whose clock differs.</summary>
    public Replica Shifted(TimeSpan shift) => With(new ShiftedClock(shift));

    /// <summary>Another replica with a clock of its own.</summary>
    public Replica With(TimeProvider clock) => new(_connectionString, _garnet.ConnectionString, clock);

    /// <summary>Another replica with more configuration.</summary>
    public Replica WithSettings(params (string Key, string? Value)[] settings) => new(
        _connectionString, _garnet.ConnectionString, clock: null, settings.ToDictionary(setting => setting.Key, setting => setting.Value, StringComparer.Ordinal));

    /// <summary>Another replica, which takes a proxy's word on the caller's country: see <see cref="Replica.PublicFrom"/>.</summary>
    public Replica BehindAProxy() => WithSettings(("Proxies:TrustedNetworks:0", "127.0.0.0/8"), ("Proxies:CountryHeaders:0", "CF-IPCountry"));

    /// <summary>Another replica, whose Redis is another.</summary>
    public Replica WithRedis(string redis) => new(_connectionString, redis);

    public async Task InitializeAsync()
    {
        await _postgres.InitializeAsync();
        await _garnet.InitializeAsync();
        _connectionString = await _postgres.CreateDatabaseAsync();
        Database = NpgsqlDataSource.Create(_connectionString);
        await Migrations.RunAsync(Database);
        One = new Replica(_connectionString, _garnet.ConnectionString);
        Two = new Replica(_connectionString, _garnet.ConnectionString);
        Three = new Replica(_connectionString, _garnet.ConnectionString);
    }

    public async Task DisposeAsync()
    {
        await One.DisposeAsync();
        await Two.DisposeAsync();
        await Three.DisposeAsync();
        await Database.DisposeAsync();
        await _garnet.DisposeAsync();
        await _postgres.DisposeAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class CatalogTestGroup : ICollectionFixture<CatalogFixture>
{
    public const string Name = "catalog";
}
