extern alias telemetry;

using Microsoft.Extensions.Logging.Abstractions;
using MoviesNow.ServiceDefaults.Migrations;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using Npgsql;
using TelemetryProgram = telemetry::Program;

namespace MoviesNow.Bench.Scenarios;

/// <summary>The real telemetry service in this process, on a PostgreSQL and a Redis server of its own.</summary>
internal sealed class TelemetryBenchHost : IAsyncDisposable
{
    private readonly TestPostgres _postgres;
    private readonly TestGarnet _garnet;

    private TelemetryBenchHost(TestPostgres postgres, TestGarnet garnet, string connectionString, (string Name, string? Value)[] settings)
    {
        (_postgres, _garnet) = (postgres, garnet);
        Database = NpgsqlDataSource.Create(connectionString);
        var all = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:telemetrydb"] = connectionString,
            ["ConnectionStrings:redis"] = garnet.ConnectionString,
            ["Telemetry:SessionTokenKey"] = Convert.ToBase64String(new byte[32]),
            ["Telemetry:IpSalt"] = Convert.ToBase64String(new byte[16]),
            ["Logging:LogLevel:Default"] = "Warning",
        };
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        Settings = all;
        Service = new ServiceFactory<TelemetryProgram>(all);
    }

    /// <summary>What another replica is started with.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; }

    /// <summary>Its database, past the service.</summary>
    public NpgsqlDataSource Database { get; }

    public ServiceFactory<TelemetryProgram> Service { get; }

    public static async Task<TelemetryBenchHost> StartAsync(params (string Name, string? Value)[] settings)
    {
        var (postgres, garnet) = (await TestPostgres.StartNewAsync(), await TestGarnet.StartNewAsync());
        var host = new TelemetryBenchHost(postgres, garnet, await postgres.CreateDatabaseAsync(), settings);
        await new MigrationRunner(host.Database, NullLogger<MigrationRunner>.Instance).RunAsync(
            MigrationScript.ReadFrom(typeof(TelemetryProgram).Assembly), CancellationToken.None);
        _ = host.Service.Address;
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
