using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using MoviesNow.Catalog.Titles;
using MoviesNow.Catalog.V1;
using MoviesNow.ServiceDefaults.Migrations;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using Npgsql;

namespace MoviesNow.Cli.Tests.Catalog;

/// <summary>A real catalogue that all tests share; each works on titles of its own.</summary>
public sealed class CatalogHost : IAsyncLifetime
{
    private readonly PostgresFixture _postgres = new();
    private readonly GarnetFixture _garnet = new();
    private ServiceFactory<TitleGrpcService> _factory = null!;

    public TitleService.TitleServiceClient Titles { get; private set; } = null!;

    public Uri Address => _factory.Address;

    /// <summary>The command line of an administrator.</summary>
    internal CommandRun Cli => new(Address);

    public async Task InitializeAsync()
    {
        await _postgres.InitializeAsync();
        await _garnet.InitializeAsync();
        var database = await _postgres.CreateDatabaseAsync();
        await using (var source = NpgsqlDataSource.Create(database))
        {
            await new MigrationRunner(source, NullLogger<MigrationRunner>.Instance).RunAsync(MigrationScript.ReadFrom(typeof(TitleGrpcService).Assembly), CancellationToken.None);
        }

        _factory = new ServiceFactory<TitleGrpcService>(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:catalogdb"] = database,
            ["ConnectionStrings:redis"] = _garnet.ConnectionString,
        });
        Titles = new TitleService.TitleServiceClient(_factory.As(Identity.Admin));
    }

    public async Task DisposeAsync()
    {
        await _factory.DisposeAsync();
        await _garnet.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    /// <summary>Where a command finds the services, and how it proves who it is.</summary>
    internal static IConfiguration Configuration(Uri catalog, Uri? upload = null) => new ConfigurationBuilder()
        .AddInMemoryCollection(
        [
            KeyValuePair.Create("services:catalog:grpc:0", (string?)catalog.ToString()),
            KeyValuePair.Create("services:upload:grpc:0", upload?.ToString()),
            KeyValuePair.Create("Auth:LocalSigningKey", (string?)Identity.SigningKey),
        ])
        .Build();
}

[CollectionDefinition(Name)]
public sealed class CatalogTestGroup : ICollectionFixture<CatalogHost>
{
    public const string Name = "catalog";
}
