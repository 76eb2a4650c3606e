using MoviesNow.Catalog.Tests.Harness;
using MoviesNow.Catalog.V1;
using MoviesNow.Testing;
using Npgsql;

namespace MoviesNow.Catalog.Tests.Import;

/// <summary>An empty catalogue of one test class, because imports and exports are about all of it.</summary>
public sealed class OwnCatalog : IAsyncLifetime
{
    private readonly PostgresFixture _postgres = new();
    private readonly GarnetFixture _garnet = new();
    private readonly List<IAsyncDisposable> _used = [];

    /// <summary>A replica on a new, empty database.</summary>
    public async Task<(Replica Replica, NpgsqlDataSource Database, Func<Replica> Another)> CreateAsync()
    {
        var connectionString = await _postgres.CreateDatabaseAsync();
        var database = NpgsqlDataSource.Create(connectionString);
        await Migrations.RunAsync(database);
        _used.Add(database);
        return (Another(), database, Another);

        Replica Another()
        {
            var replica = new Replica(connectionString, _garnet.ConnectionString);
            _used.Insert(0, replica);
            return replica;
        }
    }

    public async Task InitializeAsync()
    {
        await _postgres.InitializeAsync();
        await _garnet.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        foreach (var used in _used)
        {
            await used.DisposeAsync();
        }

        await _garnet.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    /// <summary>All titles, drafts and those for adults too, by name.</summary>
    internal static async Task<IReadOnlyList<Title>> TitlesAsync(Replica replica) =>
        (await replica.Admin.Titles.ListTitlesAsync(new() { PageSize = 200, IncludeAdult = true })).Titles;
}
