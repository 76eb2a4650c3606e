using System.Diagnostics;
using MoviesNow.Catalog.Titles;
using MoviesNow.Testing;
using MoviesNow.Testing.Hosting;
using Npgsql;

namespace MoviesNow.Catalog.Tests.Schema;

public sealed class MigrateCommandTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Migrate_OfAnEmptyDatabase_MakesItReadyAndEnds()
    {
        var connectionString = await postgres.CreateDatabaseAsync();

        Assert.Equal(0, await MigrateAsync(connectionString));

        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var command = database.CreateCommand("SELECT count(*) FROM bundle");
        Assert.Equal(0L, await command.ExecuteScalarAsync());
    }

    [Fact]
    public async Task Migrate_WithoutADatabase_EndsWithAnError() =>
        Assert.Equal(1, await MigrateAsync("Host=127.0.0.1;Port=1;Username=nobody;Database=none"));

    [Fact]
    public async Task Migrate_BehindAPoolerWithoutAWayPast_EndsWithAnError()
    {
        var connectionString = await postgres.CreateDatabaseAsync();

        Assert.Equal(1, await MigrateAsync(connectionString, ("Postgres__Pooler", "Transaction")));
        Assert.Equal(0, await MigrateAsync(
            "Host=127.0.0.1;Port=1", ("Postgres__Pooler", "Transaction"), ("ConnectionStrings__catalogdb_direct", connectionString)));
    }

    /// <summary>Runs the command as it is deployed, and gives its exit code.</summary>
    internal static async Task<int> MigrateAsync(string connectionString, params (string Name, string Value)[] environment)
    {
        var assembly = typeof(TitleGrpcService).Assembly.Location;
        var start = new ProcessStartInfo("dotnet", [assembly, "migrate"]) { WorkingDirectory = Path.GetDirectoryName(assembly) };
        start.Environment["ConnectionStrings__catalogdb"] = connectionString;
        start.Environment["Auth__LocalSigningKey"] = Identity.SigningKey;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        try
        {
            await process.WaitForExitAsync(patience.Token);
            return process.ExitCode;
        }
        finally
        {
            process.Kill();
        }
    }
}
