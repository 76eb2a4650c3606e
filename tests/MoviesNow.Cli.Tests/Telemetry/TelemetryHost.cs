using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using MoviesNow.Cli.Tests.Catalog;
using MoviesNow.ServiceDefaults.Migrations;
using MoviesNow.Telemetry;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using Npgsql;
using SessionClient = MoviesNow.Telemetry.V1.PlaybackSessionService.PlaybackSessionServiceClient;

namespace MoviesNow.Cli.Tests.Telemetry;

/// <summary>The real telemetry service. Tests share it; each works on viewers and sessions of its own.</summary>
public sealed class TelemetryHost : IAsyncLifetime
{
    private readonly PostgresFixture _postgres = new();
    private readonly GarnetFixture _garnet = new();
    private ServiceFactory<TelemetryOptions> _service = null!;

    /// <summary>Its database, past the service.</summary>
    internal NpgsqlDataSource Database { get; private set; } = null!;

    /// <summary>The service as collectors call it.</summary>
    internal SessionClient Collector => new(_service.As(Identity.Service));

    /// <summary>The command line of an administrator, in this process.</summary>
    /// <param name="answers">What the user types; null when there is no terminal.</param>
    internal CommandRun Cli(string? answers = null) => new(
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["services:telemetry:grpc:0"] = _service.Address.ToString(),
            ["Auth:LocalSigningKey"] = Identity.SigningKey,
        }).Build(),
        answers);

    public async Task InitializeAsync()
    {
        await Task.WhenAll(_postgres.InitializeAsync(), _garnet.InitializeAsync());
        var database = await _postgres.CreateDatabaseAsync();
        Database = NpgsqlDataSource.Create(database);
        await new MigrationRunner(Database, NullLogger<MigrationRunner>.Instance).RunAsync(MigrationScript.ReadFrom(typeof(TelemetryOptions).Assembly), CancellationToken.None);
        _service = new ServiceFactory<TelemetryOptions>(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:telemetrydb"] = database,
            ["ConnectionStrings:redis"] = _garnet.ConnectionString,
            ["Telemetry:SessionTokenKey"] = "dGVsZW1ldHJ5LXRlc3RzLXNlc3Npb24tdG9rZW4tMDE=",
            ["Telemetry:IpSalt"] = "dGVsZW1ldHJ5LXNhbHQtMDE=",
        });
    }

    public async Task DisposeAsync()
    {
        await _service.DisposeAsync();
        await Database.DisposeAsync();
        await _garnet.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    /// <summary>A session of a viewer; its id.</summary>
    internal async Task<string> StartSessionAsync(string viewer) =>
        (await new SessionClient(_service.As(new Identity(viewer, [], []))).StartSessionAsync(new() { Content = new() { TitleId = Guid.CreateVersion7().ToString() } })).SessionId;
}
