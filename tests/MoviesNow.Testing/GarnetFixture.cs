using Xunit;

namespace MoviesNow.Testing;

/// <summary>
/// The Redis-compatible server that all test classes of a process share; started by the first that needs it, ended with the
/// process. Each class gets a database of its own. Tests that stop their server take a <see cref="GarnetOutageFixture"/>.
/// </summary>
public sealed class GarnetFixture : IAsyncLifetime
{
    private static readonly SharedServer<TestGarnet> Shared = new(static cancellationToken => TestGarnet.StartNewAsync(persistent: false, cancellationToken));

    private TestGarnet? _own;

    /// <summary>The StackExchange.Redis connection string of this fixture's database, password included.</summary>
    public string ConnectionString { get; private set; } = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        // A cluster has one database only.
        _own = TestGarnet.InsteadOfServer is null ? null : await TestGarnet.StartNewAsync();
        ConnectionString = (_own ?? await Shared.GetAsync()).NextDatabase();
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_own is { } own)
        {
            await own.DisposeAsync();
        }
    }
}

/// <summary>A server of one test class or collection, for tests that stop, kill and start it. Its data survives that.</summary>
public sealed class GarnetOutageFixture : IAsyncLifetime
{
    /// <summary>The server.</summary>
    public TestGarnet Server { get; private set; } = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync() => Server = await TestGarnet.StartNewAsync(persistent: true);

    /// <inheritdoc/>
    public async Task DisposeAsync() => await Server.DisposeAsync();
}
