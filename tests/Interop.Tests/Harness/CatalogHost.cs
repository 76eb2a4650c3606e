using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MoviesNow.Catalog.Titles;
using MoviesNow.ServiceDefaults.Migrations;
using MoviesNow.Testing.Hosting;
using Npgsql;

namespace MoviesNow.Interop.Tests.Harness;

/// <summary>Catalog as it runs, on loopback ports.</summary>
internal static class CatalogHost
{
    /// <summary>Migrates the database and gives the host, which starts when it is first used.</summary>
    public static async Task<ServiceFactory<TitleGrpcService>> CreateAsync(
        string database, string redis, string environment = "Development", Action<IServiceCollection>? configureServices = null)
    {
        await using var source = NpgsqlDataSource.Create($"{database};Pooling=false");
        var scripts = MigrationScript.ReadFrom(typeof(TitleGrpcService).Assembly);
        await new MigrationRunner(source, NullLogger<MigrationRunner>.Instance).RunAsync(scripts, CancellationToken.None);
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:catalogdb"] = database,
            ["ConnectionStrings:redis"] = redis,
            ["environment"] = environment,
        };
        return new ServiceFactory<TitleGrpcService>(settings, configureServices);
    }
}
