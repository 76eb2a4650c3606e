using Microsoft.Extensions.Logging.Abstractions;
using MoviesNow.Catalog.Titles;
using MoviesNow.ServiceDefaults.Migrations;
using Npgsql;

namespace MoviesNow.Catalog.Tests.Harness;

internal static class Migrations
{
    public static Task<int> RunAsync(NpgsqlDataSource database) =>
        new MigrationRunner(database, NullLogger<MigrationRunner>.Instance).RunAsync(
            MigrationScript.ReadFrom(typeof(TitleGrpcService).Assembly), CancellationToken.None);
}
