using Xunit;

namespace MoviesNow.Testing;

/// <summary>
/// The PostgreSQL that all test classes of a process share; started by the first that needs it, ended with the process.
/// Each class takes databases of its own. Tests that stop their server take a <see cref="PostgresOutageFixture"/>.
/// </summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private static readonly SharedServer<TestPostgres> Shared = new(TestPostgres.StartNewAsync);

    private TestPostgres? _server;

    /// <summary>Creates an empty database and returns its Npgsql connection string.</summary>
    public Task<string> CreateDatabaseAsync(CancellationToken cancellationToken = default) => _server!.CreateDatabaseAsync(cancellationToken);

    /// <summary>The connection string of such a database through PgBouncer in transaction mode.</summary>
    public Task<string> PooledAsync(string connectionString) => _server!.PooledAsync(connectionString);

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        _server = await Shared.GetAsync();
        await PooledServices.UseAsync(_server);
    }

    /// <inheritdoc/>
    public Task DisposeAsync() => Task.CompletedTask;
}

/// <summary>A PostgreSQL of one test class or collection, for tests that stop, kill and start it.</summary>
public sealed class PostgresOutageFixture : IAsyncLifetime
{
    /// <summary>The server.</summary>
    public TestPostgres Server { get; private set; } = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync() => Server = await TestPostgres.StartNewAsync();

    /// <inheritdoc/>
    public async Task DisposeAsync() => await Server.DisposeAsync();
}
