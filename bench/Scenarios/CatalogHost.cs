extern alias catalog;

using Microsoft.Extensions.Logging.Abstractions;
using MoviesNow.ServiceDefaults.Migrations;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using Npgsql;
using CatalogProgram = catalog::Program;

namespace MoviesNow.Bench.Scenarios;

/// <summary>The real catalogue service in this process, on a PostgreSQL and a Redis server of its own.</summary>
internal sealed class CatalogHost : IAsyncDisposable
{
    private readonly TestPostgres _postgres;
    private readonly TestGarnet _garnet;

    private CatalogHost(TestPostgres postgres, TestGarnet garnet, string connectionString)
    {
        (_postgres, _garnet) = (postgres, garnet);
        Database = NpgsqlDataSource.Create(connectionString);
        Settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:catalogdb"] = connectionString,
            ["ConnectionStrings:redis"] = garnet.ConnectionString,
            ["RateLimits:Enabled"] = "true",
            ["RateLimits:ReadsPerMinute"] = "1000000",
            ["RateLimits:AdminWritesPerMinute"] = "1000000",
            ["Logging:LogLevel:Default"] = "Warning",
        };
        Service = new ServiceFactory<CatalogProgram>(Settings);
    }

    /// <summary>What another replica is started with.</summary>
    public Dictionary<string, string?> Settings { get; }

    /// <summary>Its database, past the service.</summary>
    public NpgsqlDataSource Database { get; }

    public ServiceFactory<CatalogProgram> Service { get; }

    public static async Task<CatalogHost> StartAsync()
    {
        var (postgres, garnet) = (await TestPostgres.StartNewAsync(), await TestGarnet.StartNewAsync());
        var host = new CatalogHost(postgres, garnet, await postgres.CreateDatabaseAsync());
        await new MigrationRunner(host.Database, NullLogger<MigrationRunner>.Instance).RunAsync(
            MigrationScript.ReadFrom(typeof(CatalogProgram).Assembly), CancellationToken.None);
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        await Database.DisposeAsync();
        await _garnet.DisposeAsync();
        await _postgres.DisposeAsync();
    }
}
